"""The scenario: a YAML file (or a mapping of the same form) that says what a sandbox holds.

Every part is optional:

    api_key: sandbox-key                  # what clients must send
    secret_key: null                      # a text: every request must be signed with it
    survey_refresh_interval_seconds: 60   # what sessions tell clients
    port: 0                               # 0 = any free port
    database: state.sqlite                # in the folder of this file, or below; without it nothing is kept
    clock: 2026-03-28T23:00:00Z           # where the sandbox's clock starts; without it, now
    environments: {live: live, qa: qa, dev: dev}       # key: type (dev, qa or live); these are the default

    segments:                             # who is in: the players listed, and those whose attributes match
      - {name: vips, players: [hero-42], exclude: []}
      - name: whales                      # conditions as in the guide's chapter on Segment Targeting
        attributes:
          - {name: coins, operator: greater_than, values: [500]}
          - {group_logical_operator: and, name: last_seen, operator: less_than, values: [2026-01-01]}
      - name: never_bought              # events: groups of event sets; and, or, not
        events: [{logical_operator: not, event_sets: [{event_id: iap_purchased, attributes: []}]}]
    players:
      hero-42: {attributes: {coins: 10}}

    events:                               # likewise: messages, offers, remote_configs, surveys
      - id: double-coins                  # made up when missing
        name: Double coins                # the id when missing
        start_at: +10s                    # when missing: the start of the sandbox
        end_at: +40s                      # missing or null: never ends
        start_at_tz: utc                  # or player_local: wall-clock time where the player is (ISO 8601 only)
        end_at_tz: utc                    # when missing: as start_at_tz
        segments: [vips, whales]          # seen by those in any of them; missing or []: by everybody
        environments: [live]              # missing or []: in every environment
        percent: 50                       # seen by so many of a hundred players; missing: by all
        data: {factor: 2}                 # every other field is sent to players as it is
      - id: weekend
        start_at: 2026-01-10              # the earliest start
        end_at: 2026-01-11                # the end, if it starts on that day
        repeat: {weekly: [sat, sun], until: 2026-01-31}     # written out: weekend-2026-01-10, weekend-2026-01-11, …
    surveys:
      - id: feedback
        questions:                        # not sent: the survey's page asks them; without any it asks for a comment
          - {id: mood, type: single_select, text: How do you like it?, options: [Good, Bad], required: true}
          - {type: multi_select, text: What do you play?, options: [Quests, Duels]}     # id: q2 when missing
          - {type: rating, text: How hard was it?, scale: 5}                            # 1 to 5
          - {type: ranking, text: Which hero is best?, options: [Aya, Bron, Cid]}
          - {type: open_ended, text: Anything else?}

    campaigns:                            # content that starts when a player does something
      - id: first-purchase
        segments: [whales]                # and environments, as above
        trigger:
          type: event_trigger             # or attribute_trigger, region_trigger
          logic:
            external_event_id: iap_purchased
            event_attributes: [{attribute_name: cost, operator: greater_than, values: [9.5], data_type: float}]
        quota: {total_triggers: 5, session_triggers: 2, trigger_cooldown_seconds: 60}   # missing: no limit
        messages: [{id: thanks, title: Thank you!}]     # every kind, as above, without times and audience
    journeys:                             # paths of players through content, waits and branches; docs/journeys.md
      - id: welcome                       # name (the id when missing), description, environments as above
        entry_rules:                      # and exit_rules, reenrollment_rules
          rules: [{entry_strategy: player_segment_entry, entry_strategy_config: {segments: [vips]}}]
        steps:                            # players enter by the first one
          - {id: greet, type: message, config: {content: {title: Hello!}}}
          - {id: end, type: exit, after: greet}
    ab_tests:                             # of content, or of a campaign
      - content: double-coins
        variants:                         # 100 percent in all; the control group sees what there is
          - {name: as it is, percentage: 50, control_group: true}
          - {name: triple, percentage: 50, fields: {data: {factor: 3}}}
    localizations: {greeting: {en: Welcome!, de: Willkommen!}}      # in place of a title or body of that id
    message_types: [{id: t1, name: banner, json: {}}]
    bundles: [{id: chest, bundle_units: [{unit_type: item, unit_external_id: gems, default_amount: 3}]}]
    webhooks:                             # where what happens is sent to, on this machine
      - {url: "http://127.0.0.1:5000/webhooks", events: [player_session_creation], hash_function: sha3-256}
    media:
      - id: banner
        file: banner.png                  # in the folder of this file, or below
        content_type: image/png           # guessed from the file's name when missing
        variants:
          small: {file: banner-small.png, max_width: 320, max_height: 180}

    timeline:                             # what happens by itself, once the sandbox's clock has reached it
      - {at: +20s, change: double-coins, with: {name: Triple coins, data: {factor: 3}}}
      - {at: +25s, pause: double-coins}   # likewise run and complete; environment: KEY for one only
      - {at: +30s, withdraw: double-coins}
      - {at: +35s, publish: offers, with: {id: late, title: Late offer, end_at: +60s}}

Times are ISO 8601 (UTC without an offset) or relative to the start of the sandbox: +10s, +2m, +1h30m, -1d,
+250ms. A record that the timeline publishes without `start_at` starts at that moment. Text is taken
literally: dates stay text, and only `true` and `false` are booleans (`no` is Norway).
"""
