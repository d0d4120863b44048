-- Renews what opens a display, exactly once for each refresh token; the answer that carried the new ones may get lost, so the token before counts until the new ones were used.
--
-- KEYS  1 hash of tokens
-- ARGV  1 display   2 SHA-256 of the refresh token, '' for the first tokens of a pairing   3 SHA-256 of the new access token   4 when that ends, ms
--       5 SHA-256 of the new refresh token   6 now, ms   7 how long a display may stay away, ms
-- With four arguments it only notes that an access token was used: 1 display   2 SHA-256 of it   3 'used'   4 now
-- Reply 'ok' | 'unknown' | 'reused': a token that was followed by ones in use came again, so somebody has a copy

local text = redis.call('HGET', KEYS[1], ARGV[1])
local known = text and cjson.decode(text) or nil
if ARGV[3] == 'used' then
  if not known or known.access ~= ARGV[2] then return 'unknown' end
  known.confirmed = true
  known.at = tonumber(ARGV[4])
  redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(known))
  return 'ok'
end
if ARGV[2] == '' then
  if known and known.confirmed then return 'unknown' end
else
  if not known or tonumber(ARGV[6]) - known.at > tonumber(ARGV[7]) then return 'unknown' end
  if known.refresh ~= ARGV[2] then
    if known.previous ~= ARGV[2] then return 'unknown' end
    if known.confirmed then return 'reused' end
  end
end
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode({
  access = ARGV[3],
  endsAt = tonumber(ARGV[4]),
  refresh = ARGV[5],
  previous = ARGV[2],
  confirmed = false,
  at = tonumber(ARGV[6]),
}))
return 'ok'
