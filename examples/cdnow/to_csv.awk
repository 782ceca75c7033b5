# CDNOW_master.txt -> CSV. Its first line is a header; the columns are customer, date (YYYYMMDD), CDs, dollars.
BEGIN { print "customer_id,purchased_at,cds,dollars" }
{ sub(/\r$/, "") }
NR > 1 && NF == 4 { print $1 "," $2 "," $3 "," $4 }
