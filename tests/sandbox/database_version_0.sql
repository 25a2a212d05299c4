BEGIN TRANSACTION;
CREATE TABLE attributes (
    player_id TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, data_type TEXT NOT NULL,
    PRIMARY KEY (player_id, name));
INSERT INTO "attributes" VALUES('h','_language','"de"','string');
INSERT INTO "attributes" VALUES('h','_timezone','"Europe/Berlin"','string');
INSERT INTO "attributes" VALUES('h','coins','9','integer');
CREATE TABLE campaign_impressions (
    id TEXT PRIMARY KEY, campaign_id TEXT NOT NULL, player_id TEXT NOT NULL, session_id TEXT NOT NULL,
    triggered_at TEXT, over_quota INTEGER);
INSERT INTO "campaign_impressions" VALUES('d2dc3aa9-34e8-4c4f-8dc8-42b6d610a27a','c','h','9e877dc3ab927338a9bac1c1','2026-11-28T23:34:49.047937+00:00',0);
INSERT INTO "campaign_impressions" VALUES('9409a884-b996-40ad-b1a9-3b508bcb8215','c','h','9e877dc3ab927338a9bac1c1',NULL,NULL);
CREATE TABLE campaign_triggers (
    id INTEGER PRIMARY KEY, impression TEXT NOT NULL, delivery INTEGER NOT NULL);
INSERT INTO "campaign_triggers" VALUES(1,'d2dc3aa9-34e8-4c4f-8dc8-42b6d610a27a',2);
INSERT INTO "campaign_triggers" VALUES(2,'d2dc3aa9-34e8-4c4f-8dc8-42b6d610a27a',3);
CREATE TABLE campaigns (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, trigger_text TEXT NOT NULL, quota TEXT, segments TEXT NOT NULL,
    environments TEXT NOT NULL, pieces TEXT NOT NULL);
INSERT INTO "campaigns" VALUES('c','c','{"type":"event_trigger","logic":{"external_event_id":"x"}}','{"total_triggers": 1, "session_triggers": null, "trigger_cooldown_seconds": null}','[]','[]','[{"kind": "messages", "id": "cm", "text": "{\"id\":\"cm\",\"name\":\"cm\",\"title\":\"cm\",\"body\":\"\",\"portrait_image_id\":null,\"landscape_image_id\":null,\"message_type\":\"default\",\"additional_fields\":{}}", "questions": "[]"}]');
CREATE TABLE content (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, start_at INTEGER NOT NULL, start_tz TEXT NOT NULL,
    end_at INTEGER, end_tz TEXT, segments TEXT NOT NULL, environments TEXT NOT NULL, record TEXT NOT NULL, questions TEXT NOT NULL DEFAULT '[]');
INSERT INTO "content" VALUES('o','offers',1795908889000,'utc',NULL,NULL,'["vip"]','[]','{"id":"o","name":"o","start_at":"2026-11-28T23:34:49+00:00","start_at_tz":"utc","end_at":null,"end_at_tz":"utc","title":"o","body":"","portrait_image_id":null,"landscape_image_id":null,"offer_type":"default","framework_id":null,"framework_data":{},"currencies":{},"items":{},"payment_data":{"payment_type":"iap","iap_data":{"ios_product_id":"","android_product_id":"","cost":0.99}}}','[]');
INSERT INTO "content" VALUES('m','messages',1795908889000,'utc',NULL,NULL,'[]','[]','{"id":"m","name":"m","start_at":"2026-11-28T23:34:49+00:00","start_at_tz":"utc","end_at":null,"end_at_tz":"utc","title":"m","body":"","portrait_image_id":null,"landscape_image_id":null,"message_type":"default","additional_fields":{}}','[]');
INSERT INTO "content" VALUES('e','events',1795908889000,'utc',1795941289029,'utc','[]','[]','{"id":"e","name":"e","start_at":"2026-11-28T23:34:49+00:00","start_at_tz":"utc","end_at":"2026-11-29T08:34:49.029+00:00","end_at_tz":"utc","campaign_event_template_id":null,"campaign_event_framework_id":null,"external_id":"e","external_event_type":"default","data":{}}','[]');
INSERT INTO "content" VALUES('q','surveys',1795908889000,'utc',NULL,NULL,'[]','[]','{"id":"q","name":"q","start_at":"2026-11-28T23:34:49+00:00","start_at_tz":"utc","end_at":null,"end_at_tz":"utc","questions_count":1,"splash_background_color":null,"splash_text_color":null,"splash_logo_url":null}','[{"id": "q1", "type": "open_ended", "text": "?", "options": [], "required": false, "scale": 0}]');
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY, player_id TEXT NOT NULL, session_id TEXT NOT NULL, request INTEGER NOT NULL,
    action TEXT NOT NULL, at TEXT NOT NULL, impression_ids TEXT NOT NULL);
INSERT INTO "deliveries" VALUES(1,'h','9e877dc3ab927338a9bac1c1',2,'attributes','2026-11-28T23:34:49.043955+00:00','[]');
INSERT INTO "deliveries" VALUES(2,'h','9e877dc3ab927338a9bac1c1',3,'events','2026-11-28T23:34:49.047889+00:00','["d2dc3aa9-34e8-4c4f-8dc8-42b6d610a27a", "foreign"]');
INSERT INTO "deliveries" VALUES(3,'h','9e877dc3ab927338a9bac1c1',4,'events','2026-11-28T23:34:49.054697+00:00','["d2dc3aa9-34e8-4c4f-8dc8-42b6d610a27a", "foreign"]');
INSERT INTO "deliveries" VALUES(4,'h','9e877dc3ab927338a9bac1c1',5,'regions','2026-11-28T23:34:49.061470+00:00','[]');
INSERT INTO "deliveries" VALUES(5,'h','9e877dc3ab927338a9bac1c1',6,'outcomes','2026-11-28T23:34:49.066276+00:00','[]');
INSERT INTO "deliveries" VALUES(6,'h','9e877dc3ab927338a9bac1c1',7,'message_impressions','2026-11-28T23:34:49.073031+00:00','[]');
INSERT INTO "deliveries" VALUES(7,'h','9e877dc3ab927338a9bac1c1',8,'message_impressions','2026-11-28T23:34:49.078142+00:00','[]');
INSERT INTO "deliveries" VALUES(8,'h','9e877dc3ab927338a9bac1c1',9,'offer_impressions','2026-11-28T23:34:49.086418+00:00','[]');
INSERT INTO "deliveries" VALUES(9,'h','9e877dc3ab927338a9bac1c1',10,'offer_impressions','2026-11-28T23:34:49.090568+00:00','[]');
INSERT INTO "deliveries" VALUES(10,'h','9e877dc3ab927338a9bac1c1',11,'email_address','2026-11-28T23:34:49.098289+00:00','[]');
INSERT INTO "deliveries" VALUES(11,'h','9e877dc3ab927338a9bac1c1',12,'email_address','2026-11-28T23:34:49.101764+00:00','[]');
INSERT INTO "deliveries" VALUES(12,'h','',13,'device_tokens','2026-11-28T23:34:49.106109+00:00','[]');
INSERT INTO "deliveries" VALUES(13,'h','',14,'push_impressions','2026-11-28T23:34:49.109931+00:00','[]');
INSERT INTO "deliveries" VALUES(14,'h','9e877dc3ab927338a9bac1c1',15,'survey_responses','2026-11-28T23:34:49.117047+00:00','[]');
INSERT INTO "deliveries" VALUES(15,'h','9e877dc3ab927338a9bac1c1',16,'survey_invites','2026-11-28T23:34:49.122352+00:00','[]');
INSERT INTO "deliveries" VALUES(16,'h','9e877dc3ab927338a9bac1c1',17,'survey_invites','2026-11-28T23:34:49.126651+00:00','[]');
INSERT INTO "deliveries" VALUES(17,'h','9e877dc3ab927338a9bac1c1',19,'survey_page','2026-11-28T23:34:49.134300+00:00','[]');
INSERT INTO "deliveries" VALUES(18,'h','9e877dc3ab927338a9bac1c1',20,'survey_page','2026-11-28T23:34:49.187237+00:00','[]');
CREATE TABLE device_tokens (
    player_id TEXT NOT NULL, token TEXT NOT NULL, platform TEXT NOT NULL, registered_at TEXT NOT NULL,
    PRIMARY KEY (player_id, token));
INSERT INTO "device_tokens" VALUES('h','t','fcm','2026-11-28T23:34:49.106207+00:00');
CREATE TABLE email_addresses (
    player_id TEXT PRIMARY KEY, address TEXT, opted_out INTEGER NOT NULL);
INSERT INTO "email_addresses" VALUES('h',NULL,1);
CREATE TABLE engagement_outcomes (
    id INTEGER PRIMARY KEY, player_id TEXT NOT NULL, delivery INTEGER NOT NULL, key TEXT NOT NULL,
    outcome_type TEXT NOT NULL);
INSERT INTO "engagement_outcomes" VALUES(1,'h',5,'k','offer');
CREATE TABLE impression_states (
    number INTEGER PRIMARY KEY, impression INTEGER NOT NULL, state TEXT NOT NULL, delivery INTEGER NOT NULL);
INSERT INTO "impression_states" VALUES(1,1,'received',6);
INSERT INTO "impression_states" VALUES(2,1,'viewed',7);
INSERT INTO "impression_states" VALUES(3,2,'initialized',8);
INSERT INTO "impression_states" VALUES(4,2,'purchased',9);
CREATE TABLE impressions (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, player_id TEXT NOT NULL,
    content_id TEXT NOT NULL);
INSERT INTO "impressions" VALUES(1,'9b889f9c-d017-49e1-8fd1-13080b6d5331','messages','h','cm');
INSERT INTO "impressions" VALUES(2,'c1db9f2f-04cc-47e9-a7ae-eb6c3badf2f3','offers','h','o');
CREATE TABLE media (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, content_type TEXT NOT NULL, declared_size INTEGER NOT NULL);
INSERT INTO "media" VALUES('pic','pic','image/png',3);
CREATE TABLE media_files (
    media_id TEXT NOT NULL, variant TEXT NOT NULL, max_width INTEGER, max_height INTEGER, data BLOB NOT NULL,
    etag TEXT NOT NULL, PRIMARY KEY (media_id, variant));
INSERT INTO "media_files" VALUES('pic','original',NULL,NULL,X'616263','cf4ab791c62b8d2b2109c90275287816');
INSERT INTO "media_files" VALUES('pic','small',1,1,X'61','27c35e6e9373877f29e562464e46497e');
CREATE TABLE player_events (
    id INTEGER PRIMARY KEY, player_id TEXT NOT NULL, delivery INTEGER NOT NULL, event_id TEXT NOT NULL,
    attributes TEXT NOT NULL);
INSERT INTO "player_events" VALUES(1,'h',2,'x','[["a", 1.5, "float"]]');
INSERT INTO "player_events" VALUES(2,'h',3,'x','[["a", 1.5, "float"]]');
CREATE TABLE push_impressions (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, player_id TEXT NOT NULL, notification_id TEXT NOT NULL,
    token TEXT);
INSERT INTO "push_impressions" VALUES(1,'2e17349d-9ba2-48ff-9800-5ea9efa434ef','h','6f3c251d-86d8-43aa-8dc6-fe1f4ae4d6fe','t');
CREATE TABLE push_notifications (
    id TEXT PRIMARY KEY, player_id TEXT NOT NULL, data TEXT NOT NULL);
INSERT INTO "push_notifications" VALUES('6f3c251d-86d8-43aa-8dc6-fe1f4ae4d6fe','h','{"id": "6f3c251d-86d8-43aa-8dc6-fe1f4ae4d6fe", "name": "Hi", "title": "Hi", "body": "", "image_id": null, "framework_data": {}}');
CREATE TABLE push_states (
    number INTEGER PRIMARY KEY, impression INTEGER NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL,
    delivery INTEGER);
INSERT INTO "push_states" VALUES(1,1,'created','2026-11-28T23:34:49.107393+00:00',NULL);
INSERT INTO "push_states" VALUES(2,1,'sent','2026-11-28T23:34:49.107393+00:00',NULL);
INSERT INTO "push_states" VALUES(3,1,'viewed','2026-11-28T23:34:49.110180+00:00',13);
CREATE TABLE region_transitions (
    id INTEGER PRIMARY KEY, player_id TEXT NOT NULL, delivery INTEGER NOT NULL, name TEXT NOT NULL,
    metadata TEXT NOT NULL);
INSERT INTO "region_transitions" VALUES(1,'h',4,'shop','[["d", true, "boolean"]]');
CREATE TABLE segments (
    name TEXT PRIMARY KEY, conditions TEXT NOT NULL, players TEXT NOT NULL);
INSERT INTO "segments" VALUES('vip','[]','["h"]');
INSERT INTO "segments" VALUES('rich','[{"name": "coins", "operator": "greater_than", "values": [5]}]','[]');
CREATE TABLE sessions (
    id TEXT PRIMARY KEY, player_id TEXT NOT NULL, environment TEXT NOT NULL, started_at TEXT NOT NULL,
    language TEXT, country TEXT, timezone TEXT, platform TEXT, sdk_version TEXT, segments TEXT NOT NULL);
INSERT INTO "sessions" VALUES('9e877dc3ab927338a9bac1c1','h','live','2026-11-28T23:34:49.036015+00:00','de',NULL,'Europe/Berlin',NULL,NULL,'["vip"]');
CREATE TABLE survey_responses (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, survey_id TEXT NOT NULL, player_id TEXT NOT NULL,
    session_id TEXT NOT NULL, language TEXT NOT NULL, survey TEXT NOT NULL, questions TEXT NOT NULL,
    key TEXT NOT NULL, invite_id TEXT, answers TEXT);
INSERT INTO "survey_responses" VALUES(1,'89cebc34-f773-4554-9fb5-ec1115d779d2','q','h','9e877dc3ab927338a9bac1c1','de','{"id":"q","name":"q","start_at":"2026-11-28T23:34:49+00:00","start_at_tz":"utc","end_at":null,"end_at_tz":"utc","questions_count":1,"splash_background_color":null,"splash_text_color":null,"splash_logo_url":null}','[{"id": "q1", "type": "open_ended", "text": "?", "options": [], "required": false, "scale": 0}]','9b2f21149ba78869f05639b70c1f8bcf','2ae740a0-8621-41bb-9ec3-5fb201bf796f','{"q1": "fine"}');
CREATE TABLE survey_states (
    number INTEGER PRIMARY KEY, response INTEGER NOT NULL, state TEXT NOT NULL, delivery INTEGER NOT NULL);
INSERT INTO "survey_states" VALUES(1,1,'attempted',14);
INSERT INTO "survey_states" VALUES(2,1,'survey_invite_presented',15);
INSERT INTO "survey_states" VALUES(3,1,'survey_invite_accepted',16);
INSERT INTO "survey_states" VALUES(4,1,'entered',17);
INSERT INTO "survey_states" VALUES(5,1,'success',18);
CREATE INDEX deliveries_of_player ON deliveries (player_id);
CREATE INDEX events_of_player ON player_events (player_id);
CREATE INDEX transitions_of_player ON region_transitions (player_id);
CREATE INDEX outcomes_of_player ON engagement_outcomes (player_id);
CREATE INDEX impressions_of_player ON impressions (player_id, kind);
CREATE INDEX states_of_impression ON impression_states (impression);
CREATE INDEX campaign_impressions_of_player ON campaign_impressions (player_id, campaign_id);
CREATE INDEX triggers_of_impression ON campaign_triggers (impression);
CREATE INDEX survey_responses_of_player ON survey_responses (player_id, survey_id);
CREATE INDEX states_of_survey_response ON survey_states (response);
CREATE INDEX push_impressions_of_player ON push_impressions (player_id);
CREATE INDEX states_of_push_impression ON push_states (impression);
COMMIT;
