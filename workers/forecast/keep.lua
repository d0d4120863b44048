-- Keeps what the forecast has learned, its figures by day, and hands the orders that were counted there over to history, in one step: so that the figures and the orders
-- behind them never differ.
--
-- KEYS  1 forecast   2 forecast-quality   3 judged
-- ARGV  1 what was learned   2 the figures   3 oldest place in `judged` that stays   then for each order its place and its text
redis.call('SET', KEYS[1], ARGV[1])
redis.call('SET', KEYS[2], ARGV[2])
for at = 4, #ARGV, 2 do
  -- a place that is taken is of a keeping whose answer was lost: refused here, and not written twice
  redis.pcall('XADD', KEYS[3], ARGV[at], 'f', ARGV[at + 1])
end
redis.call('XTRIM', KEYS[3], 'MINID', ARGV[3])
return 'ok'
