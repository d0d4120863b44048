-- The door of a site: remembers what came, keeps what is new, in one step. When it answers, it is on disk (appendfsync always).
--
-- KEYS  1 inbox   2 epoch   3 run   4, 5, 6 door of the current bucket and of the two before it   7 personal-keys   8 personal-erased
-- ARGV  1 bucket that KEYS[4] stands for   2 length of a bucket, ms   3 most events that may wait   4 an epoch never used before
--       5 number of requests, then for each: how to take it ('all' or nothing, 'some', 'check' only), number of events,
--         and for each event: field in the door, hash, order id, 'new' or 'replay', inbox entry, key of its personal fields or ''
-- Reply 'bucket', n: another bucket is current, call again   |   'overloaded', waiting
--       | 'ok', then one text an event: a = accepted, d = duplicate, c = conflict, n = refused with its request; a, d and c with the position
--
-- A replay passes the door: the ids in the order itself are its guard.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local bucketMs = tonumber(ARGV[2])
local bucket = math.floor(now / bucketMs)
if bucket ~= tonumber(ARGV[1]) then return {'bucket', string.format('%d', bucket)} end

local waiting = redis.call('XLEN', KEYS[1])
if waiting >= tonumber(ARGV[3]) then return {'overloaded', waiting} end

-- Written under another run of Redis: numbers may have gone backwards, so their generation ends here.
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if redis.call('GET', KEYS[3]) ~= run then
  redis.call('SET', KEYS[2], ARGV[4])
  redis.call('SET', KEYS[3], run)
end

local WIDTH = 6
local fields, at = {}, 6
for _ = 1, tonumber(ARGV[5]) do
  local count = tonumber(ARGV[at + 1])
  at = at + 2
  for _ = 1, count do
    fields[#fields + 1] = ARGV[at]
    at = at + WIDTH
  end
end

local known = {}
for first = 1, #fields, 1000 do
  local last = math.min(first + 999, #fields)
  for door = 4, 6 do
    local found = redis.call('HMGET', KEYS[door], unpack(fields, first, last))
    for i = 1, #found do
      if found[i] then known[fields[first + i - 1]] = found[i] end
    end
  end
end

local function split(remembered)
  return string.match(remembered, '^([^|]*)|([^|]*)')
end

local reply, remember, added = {'ok'}, {}, 0

-- Of an erased order no key is kept: what comes for it now is unreadable from the beginning.
local function keepKey(order, key)
  if redis.call('HEXISTS', KEYS[8], order) == 1 then return end
  redis.call('HSET', KEYS[7], order, (redis.call('HGET', KEYS[7], order) or '') .. key)
end

-- What each event of one request is, before anything is written.
local function judge(first, count)
  local verdicts, twins, conflicts = {}, {}, 0
  for i = 1, count do
    local field, hash = ARGV[first], ARGV[first + 1]
    local before = known[field]
    if ARGV[first + 3] == 'replay' then
      verdicts[i] = 'a'
    elseif before then
      local seen = split(before)
      verdicts[i] = seen == hash and 'd' or 'c'
    elseif twins[field] then
      verdicts[i] = twins[field] == hash and 'd' or 'c'
    else
      verdicts[i] = 'a'
      twins[field] = hash
    end
    if verdicts[i] == 'c' then conflicts = conflicts + 1 end
    first = first + WIDTH
  end
  return verdicts, conflicts
end

local function take(first, verdicts)
  for i = 1, #verdicts do
    local field = ARGV[first]
    if verdicts[i] == 'a' then
      local position = redis.call('XADD', KEYS[1], '*', 'e', ARGV[first + 4])
      added = added + 1
      if ARGV[first + 5] ~= '' then keepKey(ARGV[first + 2], ARGV[first + 5]) end
      if ARGV[first + 3] ~= 'replay' then
        known[field] = ARGV[first + 1] .. '|' .. position .. '|' .. ARGV[first + 2]
        remember[#remember + 1] = field
        remember[#remember + 1] = known[field]
      end
      reply[#reply + 1] = 'a' .. position
    else
      local _, position = split(known[field])
      reply[#reply + 1] = verdicts[i] .. position
    end
    first = first + WIDTH
  end
end

local function refuse(first, verdicts)
  for i = 1, #verdicts do
    local verdict = verdicts[i] == 'a' and 'n' or verdicts[i]
    local _, position = split(known[ARGV[first]] or '|')
    reply[#reply + 1] = verdict .. position
    first = first + WIDTH
  end
end

at = 6
for _ = 1, tonumber(ARGV[5]) do
  local how, count = ARGV[at], tonumber(ARGV[at + 1])
  local verdicts, conflicts = judge(at + 2, count)
  if how == 'check' or (how == 'all' and conflicts > 0) then
    refuse(at + 2, verdicts)
  else
    take(at + 2, verdicts)
  end
  at = at + 2 + count * WIDTH
end

for first = 1, #remember, 1000 do
  redis.call('HSET', KEYS[4], unpack(remember, first, math.min(first + 999, #remember)))
end
if #remember > 0 then
  redis.call('PEXPIREAT', KEYS[4], string.format('%.0f', (bucket + 3) * bucketMs))
end
return reply
