s01: engagement = 'dormant' and plan = 'premium' and country = 'se' and (opened is null or opened >= 7)
s02: plan = 'free' and active_days >= 15 and plays > 40 and country in ('se', 'no', 'dk', 'fi')
s03: plan in ('premium', 'family') and churn_risk > 0.7 and active_days < 8 and tickets = 0 and push_opt_in
s04: spend >= 300 and opened is not null and opened <= 30 and email_opt_in
s05: joined >= '2025-12-16' and plan = 'free' and active_days >= 5 and (email_opt_in or push_opt_in)
s06: birth_date is not null and birth_date >= '2001-01-15' and platform = 'ios' and engagement = 'core'
s07: engagement = 'casual' and plays >= 40 and active_days * 4 < plays and plan <> 'free'
s08: joined >= '2025-12-16' and plays < 20 and tickets >= 1 and email_opt_in
s09: country in ('de', 'fr', 'gb') and plays >= 100 and active_days >= 12
s10: plan = 'family' and active_days >= 10 and opened is not null and opened <= 14
s11: active_days >= 14 and push_opt_in and (opened is null or opened >= 2) and platform in ('ios', 'android')
s12: email_opt_in and (opened is null or opened > 60) and spend = 0 and engagement in ('dormant', 'lapsed')
s13: engagement = 'lapsed' and spend >= 100 and email_opt_in and churn_risk < 0.9
s14: country = 'de' and platform in ('desktop', 'web') and plan = 'free' and plays between 20 and 200
s15: plan <> 'free' and churn_risk >= 0.5 and tickets >= 2 and joined < '2025-01-01'
s16: plays >= 150 and active_days >= 20
s17: spend > 50 and opened is not null and opened between 1 and 45 and country not in ('us', 'gb')
s18: birth_date is not null and birth_date < '1991-01-15' and plan = 'premium'
s19: joined >= '2024-01-15' and joined < '2025-01-15' and plan = 'premium' and engagement in ('core', 'casual') and churn_risk <= 0.3 and spend >= 60
s20: country in ('se', 'no', 'dk', 'fi') and engagement <> 'core' and active_days between 1 and 6 and push_opt_in and tickets < 3
