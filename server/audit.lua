-- Appends to the audit chain, together with the hash writes that the entries tell of: an admin change without its entry cannot exist.
--
-- KEYS  1 audit stream   2 its head   3 version of users and keys   then the hashes that are written
-- ARGV  1 the head that the entries were chained to, '' for none   2 the new head, '' only asks   3 the version that must stand, '' for any
--       4 number of entries, then for each: id, entry, hash
--       then for each write: number of its key in KEYS, field, 'set' or 'delete', value, 'any' or 'same' (refused unless it still holds), value it held ('' for none)
-- Reply 'head', the head, id of the newest entry, the entry, its hash, ms   when it only asks or the head moved
--       | 'changed', field   when another value stands where 'same' expected its own, or another version (then no field)   | 'ok'

local head = redis.call('GET', KEYS[2]) or ''
if ARGV[2] == '' or head ~= ARGV[1] then
  local time = redis.call('TIME')
  local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
  local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  if not newest then return {'head', head, '', '', '', now} end
  local fields = {}
  for i = 1, #newest[2], 2 do fields[newest[2][i]] = newest[2][i + 1] end
  return {'head', head, newest[1], fields.e or '', fields.h or '', now}
end

if ARGV[3] ~= '' and (redis.call('GET', KEYS[3]) or '0') ~= ARGV[3] then return {'changed', ''} end

local count = tonumber(ARGV[4])
local first = 5 + count * 3
for at = first, #ARGV, 6 do
  if ARGV[at + 4] == 'same' then
    local held = redis.call('HGET', KEYS[tonumber(ARGV[at])], ARGV[at + 1]) or ''
    if held ~= ARGV[at + 5] then return {'changed', ARGV[at + 1]} end
  end
end

for at = 5, first - 1, 3 do
  redis.call('XADD', KEYS[1], ARGV[at], 'e', ARGV[at + 1], 'h', ARGV[at + 2])
end
redis.call('SET', KEYS[2], ARGV[2])
for at = first, #ARGV, 6 do
  local key = KEYS[tonumber(ARGV[at])]
  if ARGV[at + 2] == 'delete' then
    redis.call('HDEL', key, ARGV[at + 1])
  else
    redis.call('HSET', key, ARGV[at + 1], ARGV[at + 3])
  end
end
if #ARGV >= first then redis.call('INCR', KEYS[3]) end
return {'ok'}
