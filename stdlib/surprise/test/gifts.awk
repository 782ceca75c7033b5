# How many of either half were given something, and how often anybody was.
/"kind":"step".*"step":"give"/ {
  split($0, at, /"user":"/)
  listener = at[2] + 0
  if (++gifts[listener] == 1) ++given[listener <= 500]
  if (gifts[listener] > most) most = gifts[listener]
}
END {
  print "every day: " given[1] " of 500"
  print "from Monday to Thursday: " given[0] " of 500"
  print "nobody more often than: " most
}
