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
--       6 oldest inbox position still needed, or '' to trim nothing   7 the change for the log without its rows, or '' for no entry and no number
--       then the writes: command, place of the key, number of arguments, arguments (at most 1,000; `COUNT` adds to hash fields, `EMIT` appends entries with field
--       `f` in their order, `ROWS` sets hash fields, and the same fields and values stand in the log entry)
--
-- Lua makes a hash of every byte of each text it makes, so texts go on as they came: nothing long is put together here.
-- Reply 'ok'   |   'refused', cursor, seq, epoch as they stand

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

local entry = {'e', epoch, 'c', ARGV[7]}
local at = 8
while at <= #ARGV do
  local command, key, count = ARGV[at], KEYS[tonumber(ARGV[at + 1])], tonumber(ARGV[at + 2])
  local first, last = at + 3, at + 2 + count
  if command == 'COUNT' then
    for i = first, last, 2 do
      redis.call('HINCRBY', key, ARGV[i], ARGV[i + 1])
    end
  elseif command == 'EMIT' then
    for i = first, last do
      redis.call('XADD', key, '*', 'f', ARGV[i])
    end
  elseif command == 'ROWS' then
    for i = first, last do
      entry[#entry + 1] = ARGV[i]
    end
    redis.call('HSET', key, unpack(ARGV, first, last))
  else
    redis.call(command, key, unpack(ARGV, first, last))
  end
  at = last + 1
end

if ARGV[5] ~= cursor then redis.call('SET', KEYS[1], ARGV[5]) end
if ARGV[6] ~= '' then redis.call('XTRIM', KEYS[6], 'MINID', ARGV[6]) end
if ARGV[7] ~= '' then
  -- Sixteen digits are exact in Lua's numbers; %.0f keeps the exponent away.
  local number = string.format('%.0f', tonumber(seq) + 1)
  redis.call('SET', KEYS[2], number)
  redis.call('XADD', KEYS[5], number .. '-0', unpack(entry))
end
return {'ok'}
