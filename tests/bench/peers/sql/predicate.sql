welcome_offer: email_opt_in and plan = 'premium' and visits is not null and visits >= 10 and rating > 2.5 and spend >= 20 and joined < '2026-01-01' and language in ('en', 'sv') and score <= 90
