BEGIN TRANSACTION;
CREATE TABLE ab_assignments (
    environment_id TEXT NOT NULL, player_id TEXT NOT NULL, test_id TEXT NOT NULL, variant_id TEXT NOT NULL,
    PRIMARY KEY (environment_id, player_id, test_id));
INSERT INTO "ab_assignments" VALUES('b2396cb3-e064-587e-853c-90f3961bb1ef','h','0f0e3a60-b277-5cd1-a9dd-ccf559ef724d','5bcf53bd-ee87-5e81-99a7-f31d119bfb41');
CREATE TABLE "ab_tests" (number INTEGER PRIMARY KEY, "id" TEXT, "name" TEXT, "campaign_id" TEXT, "campaign_content_id" TEXT, "testable_type" TEXT, "created_at" INTEGER, "updated_at" INTEGER, "environment_id" TEXT, "variants" TEXT);
INSERT INTO "ab_tests" VALUES(1,'0f0e3a60-b277-5cd1-a9dd-ccf559ef724d','Summer','9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c','e2c03767-8d3b-4728-be31-8d5bcf3e2532','campaign_content',1795867200229,1795867200229,'cc67be4d-aa6e-574d-9d98-4923e927ccb1','[{"name":"as it is","percentage":50,"control_group":true,"fields":{},"contents":[],"id":"5bcf53bd-ee87-5e81-99a7-f31d119bfb41","type":"messages"},{"name":"loud","percentage":50,"control_group":false,"fields":{"title":"SUN!"},"contents":[],"id":"685491eb-2e88-5d2c-8a67-2ab57ad3178e","type":"messages"}]');
INSERT INTO "ab_tests" VALUES(2,'0f0e3a60-b277-5cd1-a9dd-ccf559ef724d','Summer','9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c','e2c03767-8d3b-4728-be31-8d5bcf3e2532','campaign_content',1795867200229,1795867200236,'7ca0290f-ce7b-54cd-a2a0-709d5a1585cd','[{"name":"as it is","percentage":50,"control_group":true,"fields":{},"contents":[],"id":"5bcf53bd-ee87-5e81-99a7-f31d119bfb41","type":"messages"},{"name":"loud","percentage":50,"control_group":false,"fields":{"title":"SUN!"},"contents":[],"id":"685491eb-2e88-5d2c-8a67-2ab57ad3178e","type":"messages"}]');
INSERT INTO "ab_tests" VALUES(3,'0f0e3a60-b277-5cd1-a9dd-ccf559ef724d','Summer','9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c','e2c03767-8d3b-4728-be31-8d5bcf3e2532','campaign_content',1795867200229,1795867200237,'b2396cb3-e064-587e-853c-90f3961bb1ef','[{"name":"as it is","percentage":50,"control_group":true,"fields":{},"contents":[],"id":"5bcf53bd-ee87-5e81-99a7-f31d119bfb41","type":"messages"},{"name":"loud","percentage":50,"control_group":false,"fields":{"title":"SUN!"},"contents":[],"id":"685491eb-2e88-5d2c-8a67-2ab57ad3178e","type":"messages"}]');
CREATE TABLE attributes (
    player_id TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, data_type TEXT NOT NULL,
    PRIMARY KEY (player_id, name));
INSERT INTO "attributes" VALUES('h','coins','20','integer');
INSERT INTO "attributes" VALUES('h','_language','"de"','string');
INSERT INTO "attributes" VALUES('h','_timezone','"Europe/Berlin"','string');
INSERT INTO "attributes" VALUES('h','_platform','"linux"','string');
CREATE TABLE "bundles" (number INTEGER PRIMARY KEY, "id" TEXT, "app_id" TEXT, "name" TEXT, "bundle_units" TEXT, "payment" TEXT);
CREATE TABLE campaign_impressions (
    id TEXT PRIMARY KEY, campaign_id TEXT NOT NULL, player_id TEXT NOT NULL, session_id TEXT NOT NULL,
    triggered_at TEXT, over_quota INTEGER);
INSERT INTO "campaign_impressions" VALUES('1124569d-9dd2-420b-8700-88bd18d49d7a','thanks','h','98492c87e3add2f94fa66079','2026-11-28T12:00:00.285411+00:00',0);
INSERT INTO "campaign_impressions" VALUES('5856a50a-4e9b-49cc-af1e-ad900db17e09','thanks','h','98492c87e3add2f94fa66079',NULL,NULL);
CREATE TABLE campaign_triggers (
    id INTEGER PRIMARY KEY, impression TEXT NOT NULL, delivery INTEGER NOT NULL);
INSERT INTO "campaign_triggers" VALUES(1,'1124569d-9dd2-420b-8700-88bd18d49d7a',1);
CREATE TABLE "campaigns" (number INTEGER PRIMARY KEY, "id" TEXT, "app_id" TEXT, "environment_id" TEXT, "name" TEXT, "description" TEXT, "category_id" TEXT, "state" TEXT, "previous_state" TEXT, "delivery_type" TEXT, "start_at" INTEGER, "start_at_tz" TEXT, "end_at" INTEGER, "end_at_tz" TEXT, "ui_schedule_in_timezone" TEXT, "trigger" TEXT, "tags" TEXT, "segment_ids" TEXT, "created_at" INTEGER, "updated_at" INTEGER, "quota" TEXT, "everywhere" INTEGER, "wanted" TEXT, "ran_at" INTEGER, "release_number" INTEGER);
INSERT INTO "campaigns" VALUES(1,'34cdb474-5e5a-555a-ad15-d404044c0f00','ba59bd72-3111-4cbf-83c9-72b3198fa814','cc67be4d-aa6e-574d-9d98-4923e927ccb1','hello',NULL,NULL,'draft','draft','scheduled',1795867200000,'utc',NULL,'utc',NULL,NULL,'[]','["8c09e78b-b764-5e14-b4c2-d6ca0436a8e3"]',1795867200214,1795867200214,NULL,1,'draft',NULL,NULL);
INSERT INTO "campaigns" VALUES(2,'34cdb474-5e5a-555a-ad15-d404044c0f00','ba59bd72-3111-4cbf-83c9-72b3198fa814','b2396cb3-e064-587e-853c-90f3961bb1ef','hello',NULL,NULL,'running','draft','scheduled',1795867200000,'utc',NULL,'utc',NULL,NULL,'[]','["8c09e78b-b764-5e14-b4c2-d6ca0436a8e3"]',1795867200214,1795867200214,NULL,0,'running',1795867200000,1);
INSERT INTO "campaigns" VALUES(3,'34cdb474-5e5a-555a-ad15-d404044c0f00','ba59bd72-3111-4cbf-83c9-72b3198fa814','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd','hello',NULL,NULL,'running','draft','scheduled',1795867200000,'utc',NULL,'utc',NULL,NULL,'[]','["8c09e78b-b764-5e14-b4c2-d6ca0436a8e3"]',1795867200215,1795867200215,NULL,0,'running',1795867200000,1);
INSERT INTO "campaigns" VALUES(4,'af80d531-a85b-59d1-8e2b-ddd88da2bb92','ba59bd72-3111-4cbf-83c9-72b3198fa814','cc67be4d-aa6e-574d-9d98-4923e927ccb1','chest',NULL,NULL,'draft','draft','scheduled',1795867200000,'utc',NULL,'utc',NULL,NULL,'[]','[]',1795867200224,1795867200224,NULL,1,'draft',NULL,NULL);
INSERT INTO "campaigns" VALUES(5,'af80d531-a85b-59d1-8e2b-ddd88da2bb92','ba59bd72-3111-4cbf-83c9-72b3198fa814','b2396cb3-e064-587e-853c-90f3961bb1ef','chest',NULL,NULL,'running','draft','scheduled',1795867200000,'utc',NULL,'utc',NULL,NULL,'[]','[]',1795867200224,1795867200224,NULL,0,'running',1795867200000,1);
INSERT INTO "campaigns" VALUES(6,'af80d531-a85b-59d1-8e2b-ddd88da2bb92','ba59bd72-3111-4cbf-83c9-72b3198fa814','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd','chest',NULL,NULL,'running','draft','scheduled',1795867200000,'utc',NULL,'utc',NULL,NULL,'[]','[]',1795867200225,1795867200225,NULL,0,'running',1795867200000,1);
INSERT INTO "campaigns" VALUES(7,'d6115456-d442-5739-b20d-73a76e1d15f4','ba59bd72-3111-4cbf-83c9-72b3198fa814','cc67be4d-aa6e-574d-9d98-4923e927ccb1','ask',NULL,NULL,'draft','draft','scheduled',1795867200000,'utc',NULL,'utc',NULL,NULL,'[]','[]',1795867200225,1795867200225,NULL,1,'draft',NULL,NULL);
INSERT INTO "campaigns" VALUES(8,'d6115456-d442-5739-b20d-73a76e1d15f4','ba59bd72-3111-4cbf-83c9-72b3198fa814','b2396cb3-e064-587e-853c-90f3961bb1ef','ask',NULL,NULL,'running','draft','scheduled',1795867200000,'utc',NULL,'utc',NULL,NULL,'[]','[]',1795867200226,1795867200226,NULL,0,'running',1795867200000,1);
INSERT INTO "campaigns" VALUES(9,'d6115456-d442-5739-b20d-73a76e1d15f4','ba59bd72-3111-4cbf-83c9-72b3198fa814','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd','ask',NULL,NULL,'running','draft','scheduled',1795867200000,'utc',NULL,'utc',NULL,NULL,'[]','[]',1795867200226,1795867200226,NULL,0,'running',1795867200000,1);
INSERT INTO "campaigns" VALUES(10,'thanks','ba59bd72-3111-4cbf-83c9-72b3198fa814','cc67be4d-aa6e-574d-9d98-4923e927ccb1','thanks',NULL,NULL,'draft','draft','triggered',NULL,'utc',NULL,'utc',NULL,'{"type":"event_trigger","logic":{"external_event_id":"bought","event_attributes":[]}}','[]','[]',1795867200227,1795867200227,'{"total_triggers":3,"session_triggers":null,"trigger_cooldown_seconds":null}',1,'draft',NULL,NULL);
INSERT INTO "campaigns" VALUES(11,'thanks','ba59bd72-3111-4cbf-83c9-72b3198fa814','b2396cb3-e064-587e-853c-90f3961bb1ef','thanks',NULL,NULL,'running','draft','triggered',NULL,'utc',NULL,'utc',NULL,'{"type":"event_trigger","logic":{"external_event_id":"bought","event_attributes":[]}}','[]','[]',1795867200227,1795867200227,'{"total_triggers":3,"session_triggers":null,"trigger_cooldown_seconds":null}',0,'running',1795867200000,1);
INSERT INTO "campaigns" VALUES(12,'thanks','ba59bd72-3111-4cbf-83c9-72b3198fa814','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd','thanks',NULL,NULL,'running','draft','triggered',NULL,'utc',NULL,'utc',NULL,'{"type":"event_trigger","logic":{"external_event_id":"bought","event_attributes":[]}}','[]','[]',1795867200227,1795867200227,'{"total_triggers":3,"session_triggers":null,"trigger_cooldown_seconds":null}',0,'running',1795867200000,1);
INSERT INTO "campaigns" VALUES(13,'9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c','ba59bd72-3111-4cbf-83c9-72b3198fa814','cc67be4d-aa6e-574d-9d98-4923e927ccb1','Summer',NULL,NULL,'draft','draft','scheduled',NULL,'utc',1798070400000,'utc',NULL,NULL,'[]','[]',1795867200228,1795867200228,NULL,0,'draft',NULL,NULL);
INSERT INTO "campaigns" VALUES(14,'9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c','ba59bd72-3111-4cbf-83c9-72b3198fa814','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd','Summer, tested',NULL,NULL,'running','draft','scheduled',NULL,'utc',1798070400000,'utc',NULL,NULL,'[]','[]',1795867200235,1795867200235,NULL,0,'running',1795867200000,1);
INSERT INTO "campaigns" VALUES(15,'9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c','ba59bd72-3111-4cbf-83c9-72b3198fa814','b2396cb3-e064-587e-853c-90f3961bb1ef','Summer',NULL,NULL,'running','draft','scheduled',NULL,'utc',1798070400000,'utc',NULL,NULL,'[]','[]',1795867200236,1795867200236,NULL,0,'running',1795867200000,1);
CREATE TABLE "categories" (number INTEGER PRIMARY KEY, "id" TEXT, "app_id" TEXT, "name" TEXT, "categoryable_type" TEXT, "color" TEXT);
CREATE TABLE "contents" (number INTEGER PRIMARY KEY, "id" TEXT, "type" TEXT, "delivery" TEXT, "content" TEXT, "environment_id" TEXT, "campaign_id" TEXT, "session_fields" TEXT);
INSERT INTO "contents" VALUES(1,'hello','message','{}','{"name":"hello","title":"greeting","body":"","portrait_image_id":null,"landscape_image_id":null,"message_type":"default","additional_fields_data":{}}','cc67be4d-aa6e-574d-9d98-4923e927ccb1','34cdb474-5e5a-555a-ad15-d404044c0f00','{}');
INSERT INTO "contents" VALUES(2,'hello','message','{}','{"name":"hello","title":"greeting","body":"","portrait_image_id":null,"landscape_image_id":null,"message_type":"default","additional_fields_data":{}}','b2396cb3-e064-587e-853c-90f3961bb1ef','34cdb474-5e5a-555a-ad15-d404044c0f00','{}');
INSERT INTO "contents" VALUES(3,'hello','message','{}','{"name":"hello","title":"greeting","body":"","portrait_image_id":null,"landscape_image_id":null,"message_type":"default","additional_fields_data":{}}','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd','34cdb474-5e5a-555a-ad15-d404044c0f00','{}');
INSERT INTO "contents" VALUES(4,'chest','offer','{}','{"name":"chest","title":"chest","body":"","portrait_image_id":null,"landscape_image_id":null,"framework_id":null,"framework_data":{}}','cc67be4d-aa6e-574d-9d98-4923e927ccb1','af80d531-a85b-59d1-8e2b-ddd88da2bb92','{"items":{"sword":1}}');
INSERT INTO "contents" VALUES(5,'chest','offer','{}','{"name":"chest","title":"chest","body":"","portrait_image_id":null,"landscape_image_id":null,"framework_id":null,"framework_data":{}}','b2396cb3-e064-587e-853c-90f3961bb1ef','af80d531-a85b-59d1-8e2b-ddd88da2bb92','{"items":{"sword":1}}');
INSERT INTO "contents" VALUES(6,'chest','offer','{}','{"name":"chest","title":"chest","body":"","portrait_image_id":null,"landscape_image_id":null,"framework_id":null,"framework_data":{}}','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd','af80d531-a85b-59d1-8e2b-ddd88da2bb92','{"items":{"sword":1}}');
INSERT INTO "contents" VALUES(7,'ask','survey','{}','{"name":"ask","questions":[{"id":"q1","type":"open_ended","text":"How are you?","options":[],"required":false,"scale":0,"question_options":[],"media_id":null}]}','cc67be4d-aa6e-574d-9d98-4923e927ccb1','d6115456-d442-5739-b20d-73a76e1d15f4','{}');
INSERT INTO "contents" VALUES(8,'ask','survey','{}','{"name":"ask","questions":[{"id":"q1","type":"open_ended","text":"How are you?","options":[],"required":false,"scale":0,"question_options":[],"media_id":null}]}','b2396cb3-e064-587e-853c-90f3961bb1ef','d6115456-d442-5739-b20d-73a76e1d15f4','{}');
INSERT INTO "contents" VALUES(9,'ask','survey','{}','{"name":"ask","questions":[{"id":"q1","type":"open_ended","text":"How are you?","options":[],"required":false,"scale":0,"question_options":[],"media_id":null}]}','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd','d6115456-d442-5739-b20d-73a76e1d15f4','{}');
INSERT INTO "contents" VALUES(10,'thank-you','message','{}','{"name":"thank-you","title":"Thanks","body":"","portrait_image_id":null,"landscape_image_id":null,"message_type":"default","additional_fields_data":{}}','cc67be4d-aa6e-574d-9d98-4923e927ccb1','thanks','{}');
INSERT INTO "contents" VALUES(11,'thank-you','message','{}','{"name":"thank-you","title":"Thanks","body":"","portrait_image_id":null,"landscape_image_id":null,"message_type":"default","additional_fields_data":{}}','b2396cb3-e064-587e-853c-90f3961bb1ef','thanks','{}');
INSERT INTO "contents" VALUES(12,'thank-you','message','{}','{"name":"thank-you","title":"Thanks","body":"","portrait_image_id":null,"landscape_image_id":null,"message_type":"default","additional_fields_data":{}}','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd','thanks','{}');
INSERT INTO "contents" VALUES(13,'e2c03767-8d3b-4728-be31-8d5bcf3e2532','message','{}','{"title":"Edited, not shared"}','cc67be4d-aa6e-574d-9d98-4923e927ccb1','9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c',NULL);
INSERT INTO "contents" VALUES(14,'f0408f26-c20a-457a-89a4-7f4f46dcfcba','email','{}','{"subject":"Sun","body":"It shines.","framework_id":"plain"}','cc67be4d-aa6e-574d-9d98-4923e927ccb1','9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c',NULL);
INSERT INTO "contents" VALUES(15,'e2c03767-8d3b-4728-be31-8d5bcf3e2532','message','{}','{"title":"Sun"}','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd','9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c',NULL);
INSERT INTO "contents" VALUES(16,'f0408f26-c20a-457a-89a4-7f4f46dcfcba','email','{}','{"subject":"Sun","body":"It shines.","framework_id":"plain"}','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd','9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c',NULL);
INSERT INTO "contents" VALUES(17,'e2c03767-8d3b-4728-be31-8d5bcf3e2532','message','{}','{"title":"Sun"}','b2396cb3-e064-587e-853c-90f3961bb1ef','9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c',NULL);
INSERT INTO "contents" VALUES(18,'f0408f26-c20a-457a-89a4-7f4f46dcfcba','email','{}','{"subject":"Sun","body":"It shines.","framework_id":"plain"}','b2396cb3-e064-587e-853c-90f3961bb1ef','9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c',NULL);
CREATE TABLE "currencies" (number INTEGER PRIMARY KEY, "id" TEXT, "app_id" TEXT, "name_singular" TEXT, "name_plural" TEXT, "external_currency_id" TEXT, "icon_attachment_id" TEXT);
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY, player_id TEXT NOT NULL, session_id TEXT NOT NULL, request INTEGER NOT NULL,
    action TEXT NOT NULL, at TEXT NOT NULL, impression_ids TEXT NOT NULL);
INSERT INTO "deliveries" VALUES(1,'h','98492c87e3add2f94fa66079',2,'events','2026-11-28T12:00:00.285185+00:00','["1124569d-9dd2-420b-8700-88bd18d49d7a"]');
INSERT INTO "deliveries" VALUES(2,'h','98492c87e3add2f94fa66079',3,'email_address','2026-11-28T12:00:00.299147+00:00','[]');
INSERT INTO "deliveries" VALUES(3,'h','',4,'device_tokens','2026-11-28T12:00:00.308338+00:00','[]');
CREATE TABLE device_tokens (
    player_id TEXT NOT NULL, token TEXT NOT NULL, platform TEXT NOT NULL, registered_at TEXT NOT NULL,
    PRIMARY KEY (player_id, token));
INSERT INTO "device_tokens" VALUES('h','t1','fcm','2026-11-28T12:00:00.308498+00:00');
CREATE TABLE drawn_ids (purpose TEXT PRIMARY KEY, count INTEGER NOT NULL);
INSERT INTO "drawn_ids" VALUES('campaign',1);
INSERT INTO "drawn_ids" VALUES('content',2);
INSERT INTO "drawn_ids" VALUES('release',14);
INSERT INTO "drawn_ids" VALUES('session/h',1);
INSERT INTO "drawn_ids" VALUES('push notification/h',1);
INSERT INTO "drawn_ids" VALUES('push impression/h',1);
INSERT INTO "drawn_ids" VALUES('campaign impression/h',2);
CREATE TABLE email_addresses (
    player_id TEXT PRIMARY KEY, address TEXT, opted_out INTEGER NOT NULL);
INSERT INTO "email_addresses" VALUES('h','h@example.com',0);
CREATE TABLE engagement_outcomes (id INTEGER PRIMARY KEY, player_id TEXT NOT NULL, delivery INTEGER NOT NULL, key TEXT NOT NULL, outcome_type TEXT NOT NULL);
CREATE TABLE "environments" (number INTEGER PRIMARY KEY, "id" TEXT, "created_at" INTEGER, "updated_at" INTEGER, "name" TEXT, "key" TEXT, "type" TEXT, "default" INTEGER, "app_id" TEXT);
INSERT INTO "environments" VALUES(1,'b2396cb3-e064-587e-853c-90f3961bb1ef',1795867200027,1795867200027,'live','live','live',1,'ba59bd72-3111-4cbf-83c9-72b3198fa814');
INSERT INTO "environments" VALUES(2,'7ca0290f-ce7b-54cd-a2a0-709d5a1585cd',1795867200027,1795867200027,'qa','qa','qa',1,'ba59bd72-3111-4cbf-83c9-72b3198fa814');
INSERT INTO "environments" VALUES(3,'cc67be4d-aa6e-574d-9d98-4923e927ccb1',1795867200027,1795867200027,'dev','dev','dev',1,'ba59bd72-3111-4cbf-83c9-72b3198fa814');
CREATE TABLE "event_frameworks" (number INTEGER PRIMARY KEY, "id" TEXT, "name" TEXT, "external_event_type" TEXT, "json" TEXT);
CREATE TABLE facts (
        event_id TEXT NOT NULL, name TEXT NOT NULL, player INTEGER NOT NULL, occurrence INTEGER NOT NULL,
        key BLOB, folded BLOB, PRIMARY KEY (event_id, name, player, occurrence)) WITHOUT ROWID;
INSERT INTO "facts" VALUES('','_language',1,0,X'736465',X'6465');
INSERT INTO "facts" VALUES('','_platform',1,0,X'736C696E7578',X'6C696E7578');
INSERT INTO "facts" VALUES('','_timezone',1,0,X'734575726F70652F4265726C696E',X'6575726F70652F6265726C696E');
INSERT INTO "facts" VALUES('','coins',1,0,X'6E0280000004A0',NULL);
INSERT INTO "facts" VALUES('bought','price',1,1,X'6E028000000390',NULL);
CREATE TABLE impression_states (
    number INTEGER PRIMARY KEY, impression INTEGER NOT NULL, state TEXT NOT NULL, delivery INTEGER NOT NULL);
CREATE TABLE impressions (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, player_id TEXT NOT NULL,
    content_id TEXT NOT NULL);
CREATE TABLE "items" (number INTEGER PRIMARY KEY, "id" TEXT, "app_id" TEXT, "name" TEXT, "external_item_id" TEXT, "icon_attachment_id" TEXT);
CREATE TABLE "json_lists" (number INTEGER PRIMARY KEY, "id" TEXT, "name" TEXT, "key" TEXT, "list" TEXT);
CREATE TABLE kept (name TEXT PRIMARY KEY, state TEXT NOT NULL);
CREATE TABLE known_players (number INTEGER PRIMARY KEY, player_id TEXT NOT NULL UNIQUE);
INSERT INTO "known_players" VALUES(1,'h');
CREATE TABLE "localizations" (number INTEGER PRIMARY KEY, "id" TEXT, "texts" TEXT);
INSERT INTO "localizations" VALUES(1,'greeting','{"en":"Hello","de":"Hallo"}');
CREATE TABLE media (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, content_type TEXT NOT NULL, declared_size INTEGER NOT NULL);
CREATE TABLE media_files (
    media_id TEXT NOT NULL, variant TEXT NOT NULL, max_width INTEGER, max_height INTEGER, data BLOB NOT NULL,
    etag TEXT NOT NULL, PRIMARY KEY (media_id, variant));
CREATE TABLE "message_types" (number INTEGER PRIMARY KEY, "id" TEXT, "name" TEXT, "json" TEXT, "external_event_type" TEXT);
CREATE TABLE occurrences (
        number INTEGER PRIMARY KEY, player INTEGER NOT NULL, event_id TEXT NOT NULL, attributes TEXT NOT NULL,
        UNIQUE (player, event_id, attributes));
INSERT INTO "occurrences" VALUES(1,1,'bought','[["price", 9, "integer"]]');
CREATE TABLE "offer_frameworks" (number INTEGER PRIMARY KEY, "id" TEXT, "name" TEXT, "offer_type" TEXT, "schema" TEXT, "state" TEXT);
CREATE TABLE player_events (id INTEGER PRIMARY KEY, player_id TEXT NOT NULL, delivery INTEGER NOT NULL, event_id TEXT NOT NULL, attributes TEXT NOT NULL);
INSERT INTO "player_events" VALUES(1,'h',1,'bought','[["price", 9, "integer"]]');
CREATE TABLE "products" (number INTEGER PRIMARY KEY, "id" TEXT, "app_id" TEXT, "name" TEXT, "cost" REAL, "android_id" TEXT, "ios_id" TEXT);
CREATE TABLE "push_frameworks" (number INTEGER PRIMARY KEY, "id" TEXT, "name" TEXT, "schema" TEXT, "state" TEXT);
CREATE TABLE push_impressions (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, player_id TEXT NOT NULL, notification_id TEXT NOT NULL,
    token TEXT);
INSERT INTO "push_impressions" VALUES(1,'3c7f6c0f-678e-415c-a1e6-b88af69df600','h','790feb51-6244-4a27-ab03-a673d801d650','t1');
CREATE TABLE push_notifications (
    id TEXT PRIMARY KEY, player_id TEXT NOT NULL, data TEXT NOT NULL);
INSERT INTO "push_notifications" VALUES('790feb51-6244-4a27-ab03-a673d801d650','h','{"id": "790feb51-6244-4a27-ab03-a673d801d650", "name": "Come back", "title": "Come back", "body": "", "image_id": null, "framework_data": {}}');
CREATE TABLE push_states (
    number INTEGER PRIMARY KEY, impression INTEGER NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL,
    delivery INTEGER);
INSERT INTO "push_states" VALUES(1,1,'created','2026-11-28T12:00:00.312723+00:00',NULL);
INSERT INTO "push_states" VALUES(2,1,'sent','2026-11-28T12:00:00.312778+00:00',NULL);
CREATE TABLE region_transitions (id INTEGER PRIMARY KEY, player_id TEXT NOT NULL, delivery INTEGER NOT NULL, name TEXT NOT NULL, metadata TEXT NOT NULL);
CREATE TABLE "releases" (number INTEGER PRIMARY KEY, "id" TEXT, "releasable_id" TEXT, "releasable_type" TEXT, "environment_id" TEXT, "release_number" INTEGER, "created_at" INTEGER, "snapshot" TEXT, "override" TEXT);
INSERT INTO "releases" VALUES(1,'3969ec98-d364-49e5-af68-56ede95c5087','8c09e78b-b764-5e14-b4c2-d6ca0436a8e3','segment','b2396cb3-e064-587e-853c-90f3961bb1ef',1,1795867200212,'{"segments":[{"id":"8c09e78b-b764-5e14-b4c2-d6ca0436a8e3","name":"rich","attributes":[{"name":"coins","operator":"greater_than","values":[10]}],"events":[],"player_ids_to_exclude":[],"player_ids_to_include":[]}]}',NULL);
INSERT INTO "releases" VALUES(2,'4f450ddd-e7e9-43ae-8fc1-0da198db4d1c','8c09e78b-b764-5e14-b4c2-d6ca0436a8e3','segment','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd',1,1795867200212,'{"segments":[{"id":"8c09e78b-b764-5e14-b4c2-d6ca0436a8e3","name":"rich","attributes":[{"name":"coins","operator":"greater_than","values":[10]}],"events":[],"player_ids_to_exclude":[],"player_ids_to_include":[]}]}',NULL);
INSERT INTO "releases" VALUES(3,'138abd8f-0188-4af6-893c-bdbd218da5a2','775878ab-076d-5bf8-8277-e34ca7c2b94a','segment','b2396cb3-e064-587e-853c-90f3961bb1ef',1,1795867200213,'{"segments":[{"id":"775878ab-076d-5bf8-8277-e34ca7c2b94a","name":"buyers","attributes":[],"events":[{"event_sets":[{"event_id":"bought","attributes":[{"name":"price","operator":"greater_than","values":[5]}]}]}],"player_ids_to_exclude":[],"player_ids_to_include":[]}]}',NULL);
INSERT INTO "releases" VALUES(4,'73ce6f44-b91f-4dd0-ad05-eae4a9690600','775878ab-076d-5bf8-8277-e34ca7c2b94a','segment','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd',1,1795867200213,'{"segments":[{"id":"775878ab-076d-5bf8-8277-e34ca7c2b94a","name":"buyers","attributes":[],"events":[{"event_sets":[{"event_id":"bought","attributes":[{"name":"price","operator":"greater_than","values":[5]}]}]}],"player_ids_to_exclude":[],"player_ids_to_include":[]}]}',NULL);
INSERT INTO "releases" VALUES(5,'3e03c9ef-9de0-41f1-971f-bed5df06f94d','34cdb474-5e5a-555a-ad15-d404044c0f00','campaign','b2396cb3-e064-587e-853c-90f3961bb1ef',1,1795867200214,'{"id":"34cdb474-5e5a-555a-ad15-d404044c0f00","campaign":{"app_id":"ba59bd72-3111-4cbf-83c9-72b3198fa814","name":"hello","description":null,"category_id":null,"delivery_type":"scheduled","start_at":1795867200000,"start_at_tz":"utc","end_at":null,"end_at_tz":"utc","ui_schedule_in_timezone":null,"trigger":null,"quota":null,"tags":[],"segment_ids":["8c09e78b-b764-5e14-b4c2-d6ca0436a8e3"]},"contents":[{"id":"hello","type":"message","delivery":{},"content":{"name":"hello","title":"greeting","body":"","portrait_image_id":null,"landscape_image_id":null,"message_type":"default","additional_fields_data":{}},"session_fields":{}}],"segments":[{"id":"8c09e78b-b764-5e14-b4c2-d6ca0436a8e3","name":"rich","attributes":[{"name":"coins","operator":"greater_than","values":[10]}],"events":[],"player_ids_to_exclude":[],"player_ids_to_include":[]}],"ab_tests":[]}',NULL);
INSERT INTO "releases" VALUES(6,'c9f1f5a6-69c9-4135-9d18-aecd624f53ca','34cdb474-5e5a-555a-ad15-d404044c0f00','campaign','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd',1,1795867200215,'{"id":"34cdb474-5e5a-555a-ad15-d404044c0f00","campaign":{"app_id":"ba59bd72-3111-4cbf-83c9-72b3198fa814","name":"hello","description":null,"category_id":null,"delivery_type":"scheduled","start_at":1795867200000,"start_at_tz":"utc","end_at":null,"end_at_tz":"utc","ui_schedule_in_timezone":null,"trigger":null,"quota":null,"tags":[],"segment_ids":["8c09e78b-b764-5e14-b4c2-d6ca0436a8e3"]},"contents":[{"id":"hello","type":"message","delivery":{},"content":{"name":"hello","title":"greeting","body":"","portrait_image_id":null,"landscape_image_id":null,"message_type":"default","additional_fields_data":{}},"session_fields":{}}],"segments":[{"id":"8c09e78b-b764-5e14-b4c2-d6ca0436a8e3","name":"rich","attributes":[{"name":"coins","operator":"greater_than","values":[10]}],"events":[],"player_ids_to_exclude":[],"player_ids_to_include":[]}],"ab_tests":[]}',NULL);
INSERT INTO "releases" VALUES(7,'ed3e0aad-2ce6-4272-bbc6-243e51a54cfa','af80d531-a85b-59d1-8e2b-ddd88da2bb92','campaign','b2396cb3-e064-587e-853c-90f3961bb1ef',1,1795867200224,'{"id":"af80d531-a85b-59d1-8e2b-ddd88da2bb92","campaign":{"app_id":"ba59bd72-3111-4cbf-83c9-72b3198fa814","name":"chest","description":null,"category_id":null,"delivery_type":"scheduled","start_at":1795867200000,"start_at_tz":"utc","end_at":null,"end_at_tz":"utc","ui_schedule_in_timezone":null,"trigger":null,"quota":null,"tags":[],"segment_ids":[]},"contents":[{"id":"chest","type":"offer","delivery":{},"content":{"name":"chest","title":"chest","body":"","portrait_image_id":null,"landscape_image_id":null,"framework_id":null,"framework_data":{}},"session_fields":{"items":{"sword":1}}}],"segments":[],"ab_tests":[]}',NULL);
INSERT INTO "releases" VALUES(8,'b5669335-5ce8-4415-a6c9-cc511ad2176b','af80d531-a85b-59d1-8e2b-ddd88da2bb92','campaign','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd',1,1795867200225,'{"id":"af80d531-a85b-59d1-8e2b-ddd88da2bb92","campaign":{"app_id":"ba59bd72-3111-4cbf-83c9-72b3198fa814","name":"chest","description":null,"category_id":null,"delivery_type":"scheduled","start_at":1795867200000,"start_at_tz":"utc","end_at":null,"end_at_tz":"utc","ui_schedule_in_timezone":null,"trigger":null,"quota":null,"tags":[],"segment_ids":[]},"contents":[{"id":"chest","type":"offer","delivery":{},"content":{"name":"chest","title":"chest","body":"","portrait_image_id":null,"landscape_image_id":null,"framework_id":null,"framework_data":{}},"session_fields":{"items":{"sword":1}}}],"segments":[],"ab_tests":[]}',NULL);
INSERT INTO "releases" VALUES(9,'5b3d40f4-17ae-465e-a4ab-0e4a32045c23','d6115456-d442-5739-b20d-73a76e1d15f4','campaign','b2396cb3-e064-587e-853c-90f3961bb1ef',1,1795867200226,'{"id":"d6115456-d442-5739-b20d-73a76e1d15f4","campaign":{"app_id":"ba59bd72-3111-4cbf-83c9-72b3198fa814","name":"ask","description":null,"category_id":null,"delivery_type":"scheduled","start_at":1795867200000,"start_at_tz":"utc","end_at":null,"end_at_tz":"utc","ui_schedule_in_timezone":null,"trigger":null,"quota":null,"tags":[],"segment_ids":[]},"contents":[{"id":"ask","type":"survey","delivery":{},"content":{"name":"ask","questions":[{"id":"q1","type":"open_ended","text":"How are you?","options":[],"required":false,"scale":0,"question_options":[],"media_id":null}]},"session_fields":{}}],"segments":[],"ab_tests":[]}',NULL);
INSERT INTO "releases" VALUES(10,'51bed482-8977-449b-8e0c-88c94e75f505','d6115456-d442-5739-b20d-73a76e1d15f4','campaign','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd',1,1795867200226,'{"id":"d6115456-d442-5739-b20d-73a76e1d15f4","campaign":{"app_id":"ba59bd72-3111-4cbf-83c9-72b3198fa814","name":"ask","description":null,"category_id":null,"delivery_type":"scheduled","start_at":1795867200000,"start_at_tz":"utc","end_at":null,"end_at_tz":"utc","ui_schedule_in_timezone":null,"trigger":null,"quota":null,"tags":[],"segment_ids":[]},"contents":[{"id":"ask","type":"survey","delivery":{},"content":{"name":"ask","questions":[{"id":"q1","type":"open_ended","text":"How are you?","options":[],"required":false,"scale":0,"question_options":[],"media_id":null}]},"session_fields":{}}],"segments":[],"ab_tests":[]}',NULL);
INSERT INTO "releases" VALUES(11,'72997a9f-6c3a-46a7-99f1-846682fcaa52','thanks','campaign','b2396cb3-e064-587e-853c-90f3961bb1ef',1,1795867200227,'{"id":"thanks","campaign":{"app_id":"ba59bd72-3111-4cbf-83c9-72b3198fa814","name":"thanks","description":null,"category_id":null,"delivery_type":"triggered","start_at":null,"start_at_tz":"utc","end_at":null,"end_at_tz":"utc","ui_schedule_in_timezone":null,"trigger":{"type":"event_trigger","logic":{"external_event_id":"bought","event_attributes":[]}},"quota":{"total_triggers":3,"session_triggers":null,"trigger_cooldown_seconds":null},"tags":[],"segment_ids":[]},"contents":[{"id":"thank-you","type":"message","delivery":{},"content":{"name":"thank-you","title":"Thanks","body":"","portrait_image_id":null,"landscape_image_id":null,"message_type":"default","additional_fields_data":{}},"session_fields":{}}],"segments":[],"ab_tests":[]}',NULL);
INSERT INTO "releases" VALUES(12,'05b46e3e-6f4d-4d98-a748-764ccf731eb7','thanks','campaign','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd',1,1795867200227,'{"id":"thanks","campaign":{"app_id":"ba59bd72-3111-4cbf-83c9-72b3198fa814","name":"thanks","description":null,"category_id":null,"delivery_type":"triggered","start_at":null,"start_at_tz":"utc","end_at":null,"end_at_tz":"utc","ui_schedule_in_timezone":null,"trigger":{"type":"event_trigger","logic":{"external_event_id":"bought","event_attributes":[]}},"quota":{"total_triggers":3,"session_triggers":null,"trigger_cooldown_seconds":null},"tags":[],"segment_ids":[]},"contents":[{"id":"thank-you","type":"message","delivery":{},"content":{"name":"thank-you","title":"Thanks","body":"","portrait_image_id":null,"landscape_image_id":null,"message_type":"default","additional_fields_data":{}},"session_fields":{}}],"segments":[],"ab_tests":[]}',NULL);
INSERT INTO "releases" VALUES(13,'e5ee5bb0-62d7-48f6-9b9a-34a36d738a08','9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c','campaign','7ca0290f-ce7b-54cd-a2a0-709d5a1585cd',1,1795867200235,'{"id":"9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c","campaign":{"app_id":"ba59bd72-3111-4cbf-83c9-72b3198fa814","name":"Summer","description":null,"category_id":null,"delivery_type":"scheduled","start_at":null,"start_at_tz":"utc","end_at":1798070400000,"end_at_tz":"utc","ui_schedule_in_timezone":null,"trigger":null,"quota":null,"tags":[],"segment_ids":[]},"contents":[{"id":"e2c03767-8d3b-4728-be31-8d5bcf3e2532","type":"message","delivery":{},"content":{"title":"Sun"},"session_fields":null},{"id":"f0408f26-c20a-457a-89a4-7f4f46dcfcba","type":"email","delivery":{},"content":{"subject":"Sun","body":"It shines.","framework_id":"plain"},"session_fields":null}],"segments":[],"ab_tests":[{"id":"0f0e3a60-b277-5cd1-a9dd-ccf559ef724d","name":"Summer","campaign_content_id":"e2c03767-8d3b-4728-be31-8d5bcf3e2532","testable_type":"campaign_content","created_at":1795867200229,"variants":[{"name":"as it is","percentage":50,"control_group":true,"fields":{},"contents":[],"id":"5bcf53bd-ee87-5e81-99a7-f31d119bfb41","type":"messages"},{"name":"loud","percentage":50,"control_group":false,"fields":{"title":"SUN!"},"contents":[],"id":"685491eb-2e88-5d2c-8a67-2ab57ad3178e","type":"messages"}]}]}','{"name":"Summer, tested"}');
INSERT INTO "releases" VALUES(14,'fd6485dc-e653-4f4f-a812-0a9865f4297a','9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c','campaign','b2396cb3-e064-587e-853c-90f3961bb1ef',1,1795867200236,'{"id":"9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c","campaign":{"app_id":"ba59bd72-3111-4cbf-83c9-72b3198fa814","name":"Summer","description":null,"category_id":null,"delivery_type":"scheduled","start_at":null,"start_at_tz":"utc","end_at":1798070400000,"end_at_tz":"utc","ui_schedule_in_timezone":null,"trigger":null,"quota":null,"tags":[],"segment_ids":[]},"contents":[{"id":"e2c03767-8d3b-4728-be31-8d5bcf3e2532","type":"message","delivery":{},"content":{"title":"Sun"},"session_fields":null},{"id":"f0408f26-c20a-457a-89a4-7f4f46dcfcba","type":"email","delivery":{},"content":{"subject":"Sun","body":"It shines.","framework_id":"plain"},"session_fields":null}],"segments":[],"ab_tests":[{"id":"0f0e3a60-b277-5cd1-a9dd-ccf559ef724d","name":"Summer","campaign_content_id":"e2c03767-8d3b-4728-be31-8d5bcf3e2532","testable_type":"campaign_content","created_at":1795867200229,"variants":[{"name":"as it is","percentage":50,"control_group":true,"fields":{},"contents":[],"id":"5bcf53bd-ee87-5e81-99a7-f31d119bfb41","type":"messages"},{"name":"loud","percentage":50,"control_group":false,"fields":{"title":"SUN!"},"contents":[],"id":"685491eb-2e88-5d2c-8a67-2ab57ad3178e","type":"messages"}]}]}',NULL);
CREATE TABLE schedule (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, action TEXT NOT NULL, arguments TEXT NOT NULL);
INSERT INTO "schedule" VALUES(1,1798070400000000,'campaign ends','["7ca0290f-ce7b-54cd-a2a0-709d5a1585cd", "9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c"]');
INSERT INTO "schedule" VALUES(2,1798070400000000,'campaign ends','["b2396cb3-e064-587e-853c-90f3961bb1ef", "9d8e2c25-3abe-4d6c-8c79-0b0f639feb7c"]');
CREATE TABLE "segments" (number INTEGER PRIMARY KEY, "id" TEXT, "name" TEXT, "attributes" TEXT, "events" TEXT, "player_ids_to_exclude" TEXT, "player_ids_to_include" TEXT, "updated_at" INTEGER, "environment_id" TEXT, "everywhere" INTEGER);
INSERT INTO "segments" VALUES(1,'8c09e78b-b764-5e14-b4c2-d6ca0436a8e3','rich','[{"name":"coins","operator":"greater_than","values":[10]}]','[]','[]','[]',1795867200211,'cc67be4d-aa6e-574d-9d98-4923e927ccb1',1);
INSERT INTO "segments" VALUES(2,'8c09e78b-b764-5e14-b4c2-d6ca0436a8e3','rich','[{"name":"coins","operator":"greater_than","values":[10]}]','[]','[]','[]',1795867200214,'b2396cb3-e064-587e-853c-90f3961bb1ef',0);
INSERT INTO "segments" VALUES(3,'8c09e78b-b764-5e14-b4c2-d6ca0436a8e3','rich','[{"name":"coins","operator":"greater_than","values":[10]}]','[]','[]','[]',1795867200215,'7ca0290f-ce7b-54cd-a2a0-709d5a1585cd',0);
INSERT INTO "segments" VALUES(4,'775878ab-076d-5bf8-8277-e34ca7c2b94a','buyers','[]','[{"event_sets":[{"event_id":"bought","attributes":[{"name":"price","operator":"greater_than","values":[5]}]}]}]','[]','[]',1795867200213,'cc67be4d-aa6e-574d-9d98-4923e927ccb1',1);
INSERT INTO "segments" VALUES(5,'775878ab-076d-5bf8-8277-e34ca7c2b94a','buyers','[]','[{"event_sets":[{"event_id":"bought","attributes":[{"name":"price","operator":"greater_than","values":[5]}]}]}]','[]','[]',1795867200213,'b2396cb3-e064-587e-853c-90f3961bb1ef',0);
INSERT INTO "segments" VALUES(6,'775878ab-076d-5bf8-8277-e34ca7c2b94a','buyers','[]','[{"event_sets":[{"event_id":"bought","attributes":[{"name":"price","operator":"greater_than","values":[5]}]}]}]','[]','[]',1795867200213,'7ca0290f-ce7b-54cd-a2a0-709d5a1585cd',0);
CREATE TABLE sessions (
    id TEXT PRIMARY KEY, player_id TEXT NOT NULL, environment TEXT NOT NULL, started_at TEXT NOT NULL,
    language TEXT, country TEXT, timezone TEXT, platform TEXT, sdk_version TEXT, segments TEXT NOT NULL, environment_id TEXT NOT NULL DEFAULT '', segment_ids TEXT NOT NULL DEFAULT '[]');
INSERT INTO "sessions" VALUES('98492c87e3add2f94fa66079','h','live','2026-11-28T12:00:00.257227+00:00','de',NULL,'Europe/Berlin','linux',NULL,'["rich", "buyers"]','b2396cb3-e064-587e-853c-90f3961bb1ef','["8c09e78b-b764-5e14-b4c2-d6ca0436a8e3", "775878ab-076d-5bf8-8277-e34ca7c2b94a"]');
CREATE TABLE survey_responses (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, survey_id TEXT NOT NULL, player_id TEXT NOT NULL,
    session_id TEXT NOT NULL, language TEXT NOT NULL, survey TEXT NOT NULL, questions TEXT NOT NULL,
    key TEXT NOT NULL, invite_id TEXT, answers TEXT);
CREATE TABLE survey_states (
    number INTEGER PRIMARY KEY, response INTEGER NOT NULL, state TEXT NOT NULL, delivery INTEGER NOT NULL);
CREATE TABLE "templates" (number INTEGER PRIMARY KEY, "id" TEXT, "app_id" TEXT, "name" TEXT, "content_type" TEXT, "data" TEXT);
CREATE TABLE visits (
        environment_id TEXT NOT NULL, player INTEGER NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY (environment_id, player)) WITHOUT ROWID;
INSERT INTO "visits" VALUES('b2396cb3-e064-587e-853c-90f3961bb1ef',1,1795867200320);
CREATE INDEX deliveries_of_player ON deliveries (player_id);
CREATE INDEX schedule_by_time ON schedule (at, id);
CREATE INDEX "environments_by_id" ON "environments" ("id");
CREATE INDEX occurrences_by_event ON occurrences (event_id, player);
CREATE INDEX events_of_player ON player_events (player_id);
CREATE INDEX transitions_of_player ON region_transitions (player_id);
CREATE INDEX "segments_by_environment_id" ON "segments" ("environment_id");
CREATE INDEX "segments_by_id" ON "segments" ("id");
CREATE INDEX "currencies_by_id" ON "currencies" ("id");
CREATE INDEX "items_by_id" ON "items" ("id");
CREATE INDEX "products_by_id" ON "products" ("id");
CREATE INDEX "bundles_by_id" ON "bundles" ("id");
CREATE INDEX "categories_by_id" ON "categories" ("id");
CREATE INDEX "event_frameworks_by_id" ON "event_frameworks" ("id");
CREATE INDEX "offer_frameworks_by_id" ON "offer_frameworks" ("id");
CREATE INDEX "push_frameworks_by_id" ON "push_frameworks" ("id");
CREATE INDEX "message_types_by_id" ON "message_types" ("id");
CREATE INDEX "templates_by_id" ON "templates" ("id");
CREATE INDEX "json_lists_by_id" ON "json_lists" ("id");
CREATE INDEX "localizations_by_id" ON "localizations" ("id");
CREATE INDEX "campaigns_by_environment_id" ON "campaigns" ("environment_id");
CREATE INDEX "campaigns_by_id" ON "campaigns" ("id");
CREATE INDEX "contents_by_campaign_id" ON "contents" ("campaign_id");
CREATE INDEX "contents_by_id" ON "contents" ("id");
CREATE INDEX "ab_tests_by_environment_id" ON "ab_tests" ("environment_id");
CREATE INDEX "ab_tests_by_campaign_id" ON "ab_tests" ("campaign_id");
CREATE INDEX "releases_by_releasable_id" ON "releases" ("releasable_id");
CREATE INDEX campaign_impressions_of_player ON campaign_impressions (player_id, campaign_id);
CREATE INDEX triggers_of_impression ON campaign_triggers (impression);
CREATE INDEX impressions_of_player ON impressions (player_id, kind);
CREATE INDEX states_of_impression ON impression_states (impression);
CREATE INDEX survey_responses_of_player ON survey_responses (player_id, survey_id);
CREATE INDEX states_of_survey_response ON survey_states (response);
CREATE INDEX push_impressions_of_player ON push_impressions (player_id);
CREATE INDEX states_of_push_impression ON push_states (impression);
CREATE INDEX outcomes_of_player ON engagement_outcomes (player_id);
COMMIT;
PRAGMA user_version = 1;
