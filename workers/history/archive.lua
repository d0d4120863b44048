-- Takes closed orders that history has out of the live store: each only if it is still the version that history has. What is left of it is a tombstone.
--
-- KEYS  1 orders   2 closed   3 closed-rows   4 outlooks   5 order-incidents   6 tombstones   7 tombstone-times   8 revivals   9 rows
-- ARGV  1 now, ms   then for each order: id, version, tombstone
-- Reply how many left

local left = 0
for at = 2, #ARGV, 3 do
  local id, version, tombstone = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local record = redis.call('HGET', KEYS[1], id)
  local isSame = record and string.match(record, '^%[(%d+),') == version
  -- one that came back to the board is no closed one
  if isSame and redis.call('HEXISTS', KEYS[9], id) == 0 then
    redis.call('HSET', KEYS[6], id, tombstone)
    redis.call('ZADD', KEYS[7], ARGV[1], id)
    redis.call('HDEL', KEYS[1], id)
    redis.call('ZREM', KEYS[2], id)
    for key = 3, 5 do redis.call('HDEL', KEYS[key], id) end
    redis.call('SREM', KEYS[8], id)
    left = left + 1
  end
end
return left
