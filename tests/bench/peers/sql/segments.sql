dormant_students: engagement = 'dormant' and plan = 'premium' and student and country = 'se' and (days_since_push is null or days_since_push >= 7)
upgrade_ready: plan = 'free' and active_days >= 15 and plays_7d > 40 and skips_7d >= 20 and country in ('se', 'no', 'dk', 'fi')
churn_watch: plan in ('premium', 'family') and churn_risk > 0.7 and active_days < 8 and support_tickets = 0 and push_opt_in
big_spenders: spend_90d >= 60 and spend >= 300 and rating >= 4.0 and days_since_purchase is not null and days_since_purchase <= 30
trial_ending: trial_ends is not null and trial_ends >= '2026-01-15' and trial_ends < '2026-01-22' and plan = 'free' and active_days >= 5 and (email_opt_in or push_opt_in)
young_on_ios: birth_date is not null and birth_date >= '2001-01-15' and platform = 'ios' and engagement = 'core' and not student
slowing_down: engagement = 'casual' and plays_28d >= 40 and plays_7d * 4 < plays_28d and plan <> 'free'
not_settled: joined >= '2025-12-16' and playlists < 2 and followed_artists < 3 and plays_7d >= 1 and email_opt_in
collectors: top_genre in ('jazz', 'classical') and playlists >= 10 and followed_artists >= 25 and active_days >= 12
families_by_ear: plan = 'family' and active_days >= 10 and skips_7d * 5 > plays_7d and days_since_open is not null and days_since_open <= 14
streak_keepers: streak_days >= 14 and push_opt_in and (days_since_push is null or days_since_push >= 2) and platform in ('ios', 'android')
quiet_inbox: email_opt_in and (days_since_open is null or days_since_open > 60) and spend_90d = 0 and engagement in ('dormant', 'lapsed')
win_back: engagement = 'lapsed' and spend >= 100 and (days_since_purchase is null or days_since_purchase > 90) and email_opt_in and churn_risk < 0.9
german_desktop: language = 'de' and country = 'de' and platform in ('desktop', 'web') and plan = 'free' and plays_28d between 20 and 200
unhappy_payers: plan <> 'free' and rating < 2.5 and support_tickets >= 2 and joined < '2025-01-01'
binge_listeners: plays_7d >= 150 and active_days >= 20 and skips_7d < 30
fresh_buyers: spend_90d * 2 > spend and spend > 50 and days_since_purchase is not null and days_since_purchase between 1 and 45 and country not in ('us', 'gb')
grown_students: student and birth_date is not null and birth_date < '1991-01-15' and plan = 'premium'
second_year: joined >= '2024-01-15' and joined < '2025-01-15' and plan = 'premium' and engagement in ('core', 'casual') and churn_risk <= 0.3 and rating >= 3.0 and spend >= 60 and email_opt_in
nordic_again: country in ('se', 'no', 'dk', 'fi') and engagement <> 'core' and active_days between 1 and 6 and plays_28d > plays_7d and push_opt_in and not student and support_tickets < 3
