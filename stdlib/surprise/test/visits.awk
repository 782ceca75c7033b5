# A year of visits by a thousand listeners: the first five hundred come every day, the others from Monday to Thursday.
BEGIN {
  print "listener,played_at,track"
  for (day = 0; day < 365; ++day)
    for (listener = 1; listener <= 1000; ++listener)
      if (listener <= 500 || day % 7 < 4) print listener "," 1767600000 + day * 86400 ",a"
}
