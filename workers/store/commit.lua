#!lua flags=allow-oom
-- The only way in which anything of a site is written after the inbox: one turn, whole or not at all.
--
-- It compares, writes and appends; it decides nothing. A turn was decided on what stood under (cursor, seq, epoch); when any of them has moved,
-- somebody else had a turn in between and this one is refused, so that nothing is lost or done twice, whoever died, slept or was doubled.
--
-- Appends are refused long before memory is full; a commit never is, since it is what makes room.
--
-- KEYS  1 cursor   2 seq   3 epoch   4 run   5 log   6 inbox   then those that the writes name by their place
-- ARGV  1, 2, 3 cursor, seq and epoch that the turn began with   4 an epoch never used before   5 cursor after this turn
--       6 oldest inbox position still needed, or '' to trim nothing   7 what follows the rows in the change for the log, or '' for no entry and no number
--       8 the writes as MessagePack: a list of command, place of the key, list of at most 1,000 arguments. `COUNT` adds to hash fields, `EMIT` appends entries
--         with field `f` in their order, `ROWS` sets hash fields whose values are the rows of the change as well
-- Reply 'ok'   |   'refused', cursor, seq, epoch as they stand

-- Before anything is written: a text that is none must not end the script in its middle.
local writes = cmsgpack.unpack(ARGV[8])

local cursor = redis.call('GET', KEYS[1]) or '0-0'
local seq = redis.call('GET', KEYS[2]) or '0'
local epoch = redis.call('GET', KEYS[3]) or ''

-- Another run of Redis than the one this was written under: it may have come back with less than it had. New numbers, and look again.
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if redis.call('GET', KEYS[4]) ~= run then
  redis.call('SET', KEYS[3], ARGV[4])
  redis.call('SET', KEYS[4], run)
  return {'refused', cursor, seq, ARGV[4]}
end
if cursor ~= ARGV[1] or seq ~= ARGV[2] or epoch ~= ARGV[3] then return {'refused', cursor, seq, epoch} end

local rows = {}
for _, write in ipairs(writes) do
  local command, key, args = write[1], KEYS[write[2]], write[3]
  if command == 'COUNT' then
    for i = 1, #args, 2 do
      redis.call('HINCRBY', key, args[i], args[i + 1])
    end
  elseif command == 'EMIT' then
    for i = 1, #args do
      redis.call('XADD', key, '*', 'f', args[i])
    end
  elseif command == 'ROWS' then
    for i = 2, #args, 2 do
      rows[#rows + 1] = args[i]
    end
    redis.call('HSET', key, unpack(args))
  else
    redis.call(command, key, unpack(args))
  end
end

if ARGV[5] ~= cursor then redis.call('SET', KEYS[1], ARGV[5]) end
if ARGV[6] ~= '' then redis.call('XTRIM', KEYS[6], 'MINID', ARGV[6]) end
if ARGV[7] ~= '' then
  -- Sixteen digits are exact in Lua's numbers; %.0f keeps the exponent away.
  local number = string.format('%.0f', tonumber(seq) + 1)
  redis.call('SET', KEYS[2], number)
  redis.call('XADD', KEYS[5], number .. '-0', 'e', epoch, 'c', '{"rows":[' .. table.concat(rows, ',') .. '],' .. ARGV[7])
end
return {'ok'}
