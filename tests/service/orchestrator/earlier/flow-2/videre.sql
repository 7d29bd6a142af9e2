BEGIN TRANSACTION;
CREATE TABLE "analysis" (
	media_id VARCHAR(36) NOT NULL, 
	revision BIGINT NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	job_id VARCHAR(36) NOT NULL, 
	document_digest VARCHAR(64) NOT NULL, 
	result_digest VARCHAR(64) NOT NULL, 
	suggestion VARCHAR(16) DEFAULT '' NOT NULL, 
	create_ns BIGINT NOT NULL, judged_digest VARCHAR(64) DEFAULT '' NOT NULL, 
	PRIMARY KEY (media_id, revision), 
	FOREIGN KEY(media_id) REFERENCES media (id) ON DELETE CASCADE
);
INSERT INTO "analysis" VALUES('01a205bc-10f1-7000-afa8-68c1f9d07f00',1,'default','01a205bc-1175-7000-9a97-1853e9c99794','5de88ae73647642280ae49404b7883cc90414f2af9f93a492aab822d5f492ab3','5de88ae73647642280ae49404b7883cc90414f2af9f93a492aab822d5f492ab3','review',1795392553597162890,'0d1aa625caa20125e54d5a2baa6380a6c25eeed442d28f7af19ee8c184cff14c');
CREATE TABLE application_versions (
    version_id TEXT NOT NULL PRIMARY KEY,
    version_name TEXT NOT NULL UNIQUE,
    version_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL);
INSERT INTO "application_versions" VALUES('d0754c23-c735-439f-81e1-352af73b1836','flow-2',1795392537000,1795392537000,'videre');
CREATE TABLE artifact_ref (
	project_id VARCHAR(64) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	owner_kind VARCHAR(16) NOT NULL, 
	owner_id VARCHAR(128) NOT NULL, 
	create_ns BIGINT NOT NULL, 
	PRIMARY KEY (project_id, digest, owner_kind, owner_id)
);
INSERT INTO "artifact_ref" VALUES('default','3854f407fa586764a59abb66463c6b1b15d706d800b1819865da151ef1c5e2a5','media','01a205bc-10f1-7000-afa8-68c1f9d07f00',1795392540915036708);
INSERT INTO "artifact_ref" VALUES('default','4329f1ff8777c62058867f9d2dfb03c571f352b345dfa40314588ab70791f574','evidence','c01359223f56ae3e667edd8469c9032539632d9b4b814a9bd0e0feea968f4de9',1795392543157720551);
INSERT INTO "artifact_ref" VALUES('default','7e021181ad52797643b6bd703f5cc61e1700e9e0458bef1078952dc6075f299b','evidence','c01359223f56ae3e667edd8469c9032539632d9b4b814a9bd0e0feea968f4de9',1795392543157720551);
INSERT INTO "artifact_ref" VALUES('default','7e021181ad52797643b6bd703f5cc61e1700e9e0458bef1078952dc6075f299b','media','01a205bc-10f1-7000-afa8-68c1f9d07f00',1795392543184007893);
INSERT INTO "artifact_ref" VALUES('default','a92f0ea0c0167534845ecfdf5231f343553b4e553b8d7e6d4c51e198de32308a','job','01a205bc-1175-7000-9a97-1853e9c99794',1795392548265826007);
INSERT INTO "artifact_ref" VALUES('default','d36b59db62653d2af35e4ee1ea788c5ad69a90f361a631153594c548aafdb0e0','evidence','6d7d3c24053a769e62f8e76a00bbb3c032caf94a62974fbc291cba701b1bfdd8',1795392549391348630);
INSERT INTO "artifact_ref" VALUES('default','0cc53eb21c1f4c09283911433b0a259953497953d92ae44b2faa7c02f14a99dd','evidence','6d7d3c24053a769e62f8e76a00bbb3c032caf94a62974fbc291cba701b1bfdd8',1795392549391348630);
INSERT INTO "artifact_ref" VALUES('default','b1db779120cd63d8ae3e3b33fb935fce4bf0288a662e3319f98a99f1086476de','evidence','fe151d813736928b75b8ee2d2fdfc4d81d78104446f5aa2b210bb005589ea487',1795392549562893709);
INSERT INTO "artifact_ref" VALUES('default','fa61b56895649e3e43802ba12fc4153b95610e34349cc1e80425eae6a53e0bee','evidence','0fbdbe1453ecc55172c26b3d2c7f37b8837fb53404f48e40b7792ee0a003b57a',1795392549704212912);
INSERT INTO "artifact_ref" VALUES('default','542e386c4dda4b6888315be19f8abd08dd53ead035ad795ca143408c685b657a','evidence','0fbdbe1453ecc55172c26b3d2c7f37b8837fb53404f48e40b7792ee0a003b57a',1795392549704212912);
INSERT INTO "artifact_ref" VALUES('default','a82354d3827ff7adac1bface3244ce50d06089d2e743663861dcc1adf169b6aa','evidence','0fbdbe1453ecc55172c26b3d2c7f37b8837fb53404f48e40b7792ee0a003b57a',1795392549704212912);
INSERT INTO "artifact_ref" VALUES('default','542e386c4dda4b6888315be19f8abd08dd53ead035ad795ca143408c685b657a','evidence','4fb9ce0cfaf514ff332d91814bc7b4249fc2712bd226547b52d67bd5120be8c5',1795392550098581650);
INSERT INTO "artifact_ref" VALUES('default','3789ba8c0192a6fe567b4ee01bfd96fbd45e7b4e1fa9c46ea05f7cd9372aed81','evidence','4fb9ce0cfaf514ff332d91814bc7b4249fc2712bd226547b52d67bd5120be8c5',1795392550098581650);
INSERT INTO "artifact_ref" VALUES('default','a82354d3827ff7adac1bface3244ce50d06089d2e743663861dcc1adf169b6aa','evidence','4fb9ce0cfaf514ff332d91814bc7b4249fc2712bd226547b52d67bd5120be8c5',1795392550098581650);
INSERT INTO "artifact_ref" VALUES('default','0d1aa625caa20125e54d5a2baa6380a6c25eeed442d28f7af19ee8c184cff14c','job','01a205bc-1175-7000-9a97-1853e9c99794',1795392553294340222);
INSERT INTO "artifact_ref" VALUES('default','24d78ff38e3c0917cd6cd367a8318b65b9556b57d07b842d85fcca1c8cad57a9','job','01a205bc-1175-7000-9a97-1853e9c99794',1795392553294340222);
INSERT INTO "artifact_ref" VALUES('default','5de88ae73647642280ae49404b7883cc90414f2af9f93a492aab822d5f492ab3','job','01a205bc-1175-7000-9a97-1853e9c99794',1795392553294340222);
INSERT INTO "artifact_ref" VALUES('default','5de88ae73647642280ae49404b7883cc90414f2af9f93a492aab822d5f492ab3','analysis','01a205bc-10f1-7000-afa8-68c1f9d07f00',1795392553597162890);
INSERT INTO "artifact_ref" VALUES('default','0d1aa625caa20125e54d5a2baa6380a6c25eeed442d28f7af19ee8c184cff14c','analysis','01a205bc-10f1-7000-afa8-68c1f9d07f00',1795392553597162890);
INSERT INTO "artifact_ref" VALUES('default','24d78ff38e3c0917cd6cd367a8318b65b9556b57d07b842d85fcca1c8cad57a9','analysis','01a205bc-10f1-7000-afa8-68c1f9d07f00',1795392553597162890);
INSERT INTO "artifact_ref" VALUES('default','a92f0ea0c0167534845ecfdf5231f343553b4e553b8d7e6d4c51e198de32308a','analysis','01a205bc-10f1-7000-afa8-68c1f9d07f00',1795392553597162890);
INSERT INTO "artifact_ref" VALUES('default','c64f83076204e060263136babbf8c615802a732c72232675dde9e8b8aecb5245','media','01a205bc-4430-7000-9888-79799d5bca4d',1795392554033308170);
INSERT INTO "artifact_ref" VALUES('default','0147d8a7281530bf69bf21e682fbbfc4a4b0c312943c0a9cd7aeba1ed4cbb3a3','evidence','a17571c3036e44ec90d60e24d1db3b6828ca070b229b01c3bc0f18c1ba706fe9',1795392554519933877);
INSERT INTO "artifact_ref" VALUES('default','ca5441fab42c56ddbd5cb54fd8b30e66763ff7ba918ee659041dff1d83b59aff','evidence','a17571c3036e44ec90d60e24d1db3b6828ca070b229b01c3bc0f18c1ba706fe9',1795392554519933877);
INSERT INTO "artifact_ref" VALUES('default','ca5441fab42c56ddbd5cb54fd8b30e66763ff7ba918ee659041dff1d83b59aff','media','01a205bc-4430-7000-9888-79799d5bca4d',1795392554522451808);
INSERT INTO "artifact_ref" VALUES('default','8649e978079449237b349ead1b80a92b2cfebbdb784242a1bea4341d6fc51883','job','01a205bc-4458-7000-ab85-349384bd78b9',1795392554633223778);
INSERT INTO "artifact_ref" VALUES('default','e49010a9bf7b419c44e73d0cf5a426e562f339dcc715dd1aaef9677cf078f172','media','01a205bc-477f-7000-9e27-c89266f96157',1795392554880823052);
INSERT INTO "artifact_ref" VALUES('default','e688f06c2292d3015b71b5c6b76c3d1a3604dd324a5a33165657cb5a54f22b30','evidence','a2f1198821082f63629dd39aa27d0101f646a2cc09b7701523ecbbb159eb31af',1795392556704817117);
INSERT INTO "artifact_ref" VALUES('default','2eb213a7dbf0c05b207f74abdd9956b2e2e1979bdff996fa37b69c23463e10ca','evidence','a2f1198821082f63629dd39aa27d0101f646a2cc09b7701523ecbbb159eb31af',1795392556704817117);
CREATE TABLE audience_count (
	media_id VARCHAR(36) NOT NULL, 
	day INTEGER NOT NULL, 
	act SMALLINT NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	count BIGINT NOT NULL, 
	PRIMARY KEY (media_id, day, act), 
	FOREIGN KEY(media_id) REFERENCES media (id) ON DELETE CASCADE
);
CREATE TABLE audience_item (
	media_key INTEGER NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	edit BIGINT NOT NULL, 
	traits BLOB NOT NULL, 
	language VARCHAR(16) NOT NULL, 
	duration_ms BIGINT NOT NULL, 
	engine VARCHAR(128) NOT NULL, 
	look BLOB NOT NULL, 
	PRIMARY KEY (media_key), 
	FOREIGN KEY(media_key) REFERENCES search_media ("key") ON DELETE CASCADE
);
INSERT INTO "audience_item" VALUES(1,'default',1,X'5B5B312C22636F6C6F72222C383839345D2C5B312C226F7468657273222C383839345D2C5B312C22636F6C6F722E626C7565222C363838385D2C5B312C22636F6C6F722E62726F776E222C353333395D2C5B312C22636F6C6F722E726564222C323733325D5D','',2000,'',X'');
CREATE TABLE audience_key (
	project_id VARCHAR(64) NOT NULL, 
	version INTEGER NOT NULL, 
	sealed BLOB NOT NULL, 
	create_ns BIGINT NOT NULL, 
	PRIMARY KEY (project_id, version)
);
CREATE TABLE audience_profile (
	project_id VARCHAR(64) NOT NULL, 
	pseudonym VARCHAR(64) NOT NULL, 
	key_version INTEGER NOT NULL, 
	sealed BLOB NOT NULL, 
	create_ns BIGINT NOT NULL, 
	update_ns BIGINT NOT NULL, 
	PRIMARY KEY (project_id, pseudonym)
);
CREATE TABLE binding_task (
	project_id VARCHAR(64) NOT NULL, 
	library_id VARCHAR(64) NOT NULL, 
	version BIGINT NOT NULL, 
	media_id VARCHAR(36) NOT NULL, 
	PRIMARY KEY (project_id, library_id, version, media_id), 
	FOREIGN KEY(media_id) REFERENCES media (id) ON DELETE CASCADE
);
CREATE TABLE credential (
	id VARCHAR(36) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	roles JSON NOT NULL, 
	create_ns BIGINT NOT NULL, 
	created_by TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE credential_key (
	id VARCHAR(16) NOT NULL, 
	credential_id VARCHAR(36) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	create_ns BIGINT NOT NULL, 
	expire_ns BIGINT NOT NULL, 
	last_use_ns BIGINT, 
	revoke_ns BIGINT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(credential_id) REFERENCES credential (id) ON DELETE CASCADE
);
CREATE TABLE dbos_migrations (version INTEGER NOT NULL PRIMARY KEY);
INSERT INTO "dbos_migrations" VALUES(125);
CREATE TABLE delivery (
	webhook_id VARCHAR(36) NOT NULL, 
	number BIGINT NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	next_ns BIGINT NOT NULL, 
	since_ns BIGINT NOT NULL, 
	end_ns BIGINT, 
	status INTEGER DEFAULT '0' NOT NULL, 
	error TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (webhook_id, number), 
	FOREIGN KEY(webhook_id) REFERENCES webhook (id) ON DELETE CASCADE, 
	FOREIGN KEY(project_id, number) REFERENCES feed_event (project_id, number) ON DELETE CASCADE
);
CREATE TABLE engine_cost (
	feature VARCHAR(32) NOT NULL, 
	engine VARCHAR(128) NOT NULL, 
	media_ms BIGINT NOT NULL, 
	cpu_ms BIGINT NOT NULL, 
	bytes BIGINT NOT NULL, 
	PRIMARY KEY (feature, engine)
);
INSERT INTO "engine_cost" VALUES('signals','decoder@2',22000,0,428);
INSERT INTO "engine_cost" VALUES('shots','signal-shots@3',2000,11,159);
INSERT INTO "engine_cost" VALUES('key_frames','sampler@2',2000,0,345);
INSERT INTO "engine_cost" VALUES('colors','lab-clusters@1',2000,6,2012);
CREATE TABLE evidence (
	"key" VARCHAR(64) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	media_digest VARCHAR(64) NOT NULL, 
	feature VARCHAR(32) NOT NULL, 
	engine VARCHAR(128) NOT NULL, 
	blob_digest VARCHAR(64) NOT NULL, 
	start_ns BIGINT NOT NULL, 
	end_ns BIGINT NOT NULL, 
	create_ns BIGINT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "evidence" VALUES('c01359223f56ae3e667edd8469c9032539632d9b4b814a9bd0e0feea968f4de9','default','3854f407fa586764a59abb66463c6b1b15d706d800b1819865da151ef1c5e2a5','index','prober@2','4329f1ff8777c62058867f9d2dfb03c571f352b345dfa40314588ab70791f574',0,0,1795392543157720551);
INSERT INTO "evidence" VALUES('6d7d3c24053a769e62f8e76a00bbb3c032caf94a62974fbc291cba701b1bfdd8','default','3854f407fa586764a59abb66463c6b1b15d706d800b1819865da151ef1c5e2a5','signals','decoder@2','0cc53eb21c1f4c09283911433b0a259953497953d92ae44b2faa7c02f14a99dd',0,2000000000,1795392549391348630);
INSERT INTO "evidence" VALUES('fe151d813736928b75b8ee2d2fdfc4d81d78104446f5aa2b210bb005589ea487','default','3854f407fa586764a59abb66463c6b1b15d706d800b1819865da151ef1c5e2a5','shots','signal-shots@3','b1db779120cd63d8ae3e3b33fb935fce4bf0288a662e3319f98a99f1086476de',0,2000000000,1795392549562893709);
INSERT INTO "evidence" VALUES('0fbdbe1453ecc55172c26b3d2c7f37b8837fb53404f48e40b7792ee0a003b57a','default','3854f407fa586764a59abb66463c6b1b15d706d800b1819865da151ef1c5e2a5','key_frames','sampler@2','fa61b56895649e3e43802ba12fc4153b95610e34349cc1e80425eae6a53e0bee',0,2000000000,1795392549704212912);
INSERT INTO "evidence" VALUES('4fb9ce0cfaf514ff332d91814bc7b4249fc2712bd226547b52d67bd5120be8c5','default','3854f407fa586764a59abb66463c6b1b15d706d800b1819865da151ef1c5e2a5','colors','lab-clusters@1','3789ba8c0192a6fe567b4ee01bfd96fbd45e7b4e1fa9c46ea05f7cd9372aed81',0,2000000000,1795392550098581650);
INSERT INTO "evidence" VALUES('a17571c3036e44ec90d60e24d1db3b6828ca070b229b01c3bc0f18c1ba706fe9','default','c64f83076204e060263136babbf8c615802a732c72232675dde9e8b8aecb5245','index','prober@2','0147d8a7281530bf69bf21e682fbbfc4a4b0c312943c0a9cd7aeba1ed4cbb3a3',0,0,1795392554519933877);
INSERT INTO "evidence" VALUES('a2f1198821082f63629dd39aa27d0101f646a2cc09b7701523ecbbb159eb31af','default','c64f83076204e060263136babbf8c615802a732c72232675dde9e8b8aecb5245','signals','decoder@2','e688f06c2292d3015b71b5c6b76c3d1a3604dd324a5a33165657cb5a54f22b30',0,20000000000,1795392556704817117);
CREATE TABLE feed_event (
	project_id VARCHAR(64) NOT NULL, 
	number BIGINT NOT NULL, 
	type VARCHAR(32) NOT NULL, 
	job_id VARCHAR(36) NOT NULL, 
	seq BIGINT NOT NULL, 
	payload JSON NOT NULL, 
	time_ns BIGINT NOT NULL, 
	PRIMARY KEY (project_id, number)
);
INSERT INTO "feed_event" VALUES('default',1,'job.queued','01a205bc-1175-7000-9a97-1853e9c99794',1,'{"state": "QUEUED"}',1795392541097778328);
INSERT INTO "feed_event" VALUES('default',2,'job.running','01a205bc-1175-7000-9a97-1853e9c99794',2,'{"state": "RUNNING"}',1795392541459686871);
INSERT INTO "feed_event" VALUES('default',3,'analysis.published','01a205bc-1175-7000-9a97-1853e9c99794',20,'{"media_id": "01a205bc-10f1-7000-afa8-68c1f9d07f00", "revision": 1, "result_digest": "5de88ae73647642280ae49404b7883cc90414f2af9f93a492aab822d5f492ab3", "suggestion": "review"}',1795392553813714166);
INSERT INTO "feed_event" VALUES('default',4,'job.succeeded','01a205bc-1175-7000-9a97-1853e9c99794',21,'{"state": "SUCCEEDED"}',1795392553858125049);
INSERT INTO "feed_event" VALUES('default',5,'job.queued','01a205bc-4458-7000-ab85-349384bd78b9',1,'{"state": "QUEUED"}',1795392554088017241);
INSERT INTO "feed_event" VALUES('default',6,'job.running','01a205bc-4458-7000-ab85-349384bd78b9',2,'{"state": "RUNNING"}',1795392554193527580);
INSERT INTO "feed_event" VALUES('default',7,'job.queued','01a205bc-47aa-7000-86e4-176bccac1a8a',1,'{"state": "QUEUED"}',1795392554925697036);
CREATE TABLE feed_head (
	project_id VARCHAR(64) NOT NULL, 
	last BIGINT NOT NULL, 
	PRIMARY KEY (project_id)
);
INSERT INTO "feed_head" VALUES('default',7);
CREATE TABLE feedback (
	id VARCHAR(36) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	media_id VARCHAR(36) NOT NULL, 
	revision BIGINT NOT NULL, 
	job_id VARCHAR(36) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	correction BLOB NOT NULL, 
	author TEXT NOT NULL, 
	source TEXT NOT NULL, 
	request_id VARCHAR(64), 
	request_digest VARCHAR(64) NOT NULL, 
	position INTEGER NOT NULL, 
	create_ns BIGINT NOT NULL, 
	created_by TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(media_id) REFERENCES media (id) ON DELETE CASCADE, 
	UNIQUE (project_id, request_id, position)
);
CREATE TABLE job (
	id VARCHAR(36) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	media_id VARCHAR(36), 
	state VARCHAR(16) NOT NULL, 
	request BLOB NOT NULL, 
	request_id VARCHAR(64), 
	request_digest VARCHAR(64) NOT NULL, 
	features JSON NOT NULL, 
	priority INTEGER NOT NULL, 
	user_data TEXT DEFAULT '' NOT NULL, 
	tags JSON NOT NULL, 
	create_ns BIGINT NOT NULL, 
	start_ns BIGINT, 
	end_ns BIGINT, 
	expire_ns BIGINT, 
	created_by TEXT NOT NULL, 
	traceparent TEXT DEFAULT '' NOT NULL, 
	wall_time_ns BIGINT, 
	error JSON, 
	plan_digest VARCHAR(64) DEFAULT '' NOT NULL, 
	pins JSON, 
	result_digest VARCHAR(64) DEFAULT '' NOT NULL, 
	document_digest VARCHAR(64) DEFAULT '' NOT NULL, 
	revision BIGINT DEFAULT '0' NOT NULL, 
	suggestion VARCHAR(16) DEFAULT '' NOT NULL, 
	progress INTEGER DEFAULT '0' NOT NULL, 
	last_seq BIGINT DEFAULT '0' NOT NULL, 
	version BIGINT DEFAULT '1' NOT NULL, held BOOLEAN DEFAULT 0 NOT NULL, turn BIGINT DEFAULT '0' NOT NULL, requeue_of VARCHAR(36), 
	PRIMARY KEY (id), 
	UNIQUE (project_id, request_id)
);
INSERT INTO "job" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','default','01a205bc-10f1-7000-afa8-68c1f9d07f00','SUCCEEDED',X'1A2C0A046D61696E122430316132303562632D313063372D373030302D386561312D363662663661303334306661220573686F74732206636F6C6F727332130A0666756C6C403112096361726566756C40343A00','a61d32068e584d1ca9aba13cb665c365','744f5f9f62a391d59b5fe52a9f862da237ab1a18b808f39dce1962d2c99978ce','["colors", "shots"]',5,'','{}',1795392541046190792,1795392541458821462,1795392553566064620,1795997353566064620,'local','00-7d6d712ef7857ffb9e6abb0b2f357d6a-26ce7392bbf85acf-01',NULL,'null','a92f0ea0c0167534845ecfdf5231f343553b4e553b8d7e6d4c51e198de32308a','{"engines": [{"feature": "shots", "engine": "signal-shots", "version": "3", "model_digests": []}, {"feature": "colors", "engine": "lab-clusters", "version": "1", "model_digests": []}], "rules": {"plan": "plan-1", "taxonomy": "3", "fusion": "9", "moderation": "5", "analysis_template": "full@1", "moderation_template": "careful@4", "production_template": "", "calibration": "", "events": "2", "libraries": [], "hash_lists": []}}','5de88ae73647642280ae49404b7883cc90414f2af9f93a492aab822d5f492ab3','5de88ae73647642280ae49404b7883cc90414f2af9f93a492aab822d5f492ab3',1,'review',10000,21,26,0,0,NULL);
INSERT INTO "job" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','default','01a205bc-4430-7000-9888-79799d5bca4d','RUNNING',X'1A2C0A046D61696E122430316132303562632D343365372D373030302D616539662D363634353539363039646237220573686F74732206636F6C6F727332130A0666756C6C403112096361726566756C40343A00','cde304772dbb4b3595326022b0398d91','7b668d21c981f8f33d6c8add0e9eee7f9818a486dd8fc5fa44f8d4ace4f1f1f7','["colors", "shots"]',5,'','{}',1795392554073117119,1795392554193247841,NULL,NULL,'local','00-415ac88d680d51c3f6542361e08da0da-d65b9c2044ccf7dc-01',NULL,NULL,'8649e978079449237b349ead1b80a92b2cfebbdb784242a1bea4341d6fc51883','{"engines": [{"feature": "shots", "engine": "signal-shots", "version": "3", "model_digests": []}, {"feature": "colors", "engine": "lab-clusters", "version": "1", "model_digests": []}]}','','',0,'',0,8,10,0,0,NULL);
INSERT INTO "job" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','default','01a205bc-477f-7000-9e27-c89266f96157','QUEUED',X'1A2C0A046D61696E122430316132303562632D343664652D373030302D613861312D333865326131353638643232220573686F74732206636F6C6F727332130A0666756C6C403112096361726566756C40343A00','1131100e7df04e529026a871b9cdf376','29fb0a9253f899600f544f1465b8b5f482c62dd5eb23e0bd74bf5d7550fa31a0','["colors", "shots"]',5,'','{}',1795392554923251037,NULL,NULL,NULL,'local','00-85193b8b0dc9df7991d33a95f439a266-a2f4df7df88f8e22-01',NULL,NULL,'',NULL,'','',0,'',0,1,2,0,0,NULL);
CREATE TABLE job_chunk (
	job_id VARCHAR(36) NOT NULL, 
	stage VARCHAR(64) NOT NULL, 
	part VARCHAR(64) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	evidence_keys JSON NOT NULL, 
	PRIMARY KEY (job_id, stage, part), 
	FOREIGN KEY(job_id) REFERENCES job (id) ON DELETE CASCADE
);
INSERT INTO "job_chunk" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','shots','00000','default','["fe151d813736928b75b8ee2d2fdfc4d81d78104446f5aa2b210bb005589ea487", "0fbdbe1453ecc55172c26b3d2c7f37b8837fb53404f48e40b7792ee0a003b57a"]');
INSERT INTO "job_chunk" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','colors','00000','default','["4fb9ce0cfaf514ff332d91814bc7b4249fc2712bd226547b52d67bd5120be8c5"]');
CREATE TABLE job_event (
	job_id VARCHAR(36) NOT NULL, 
	seq BIGINT NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	payload JSON NOT NULL, 
	time_ns BIGINT NOT NULL, 
	PRIMARY KEY (job_id, seq), 
	FOREIGN KEY(job_id) REFERENCES job (id) ON DELETE CASCADE
);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',1,'default','state','{"state": "QUEUED"}',1795392541097778328);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',2,'default','state','{"state": "RUNNING"}',1795392541459686871);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',3,'default','stage','{"name": "ingest", "state": "RUNNING", "reason": "", "message": "", "done": 0, "total": 0, "missing": [], "model_calls": 0, "cpu_ms": 0}',1795392541501976255);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',4,'default','stage','{"name": "ingest", "state": "SUCCEEDED", "reason": "", "message": "", "done": 1, "total": 0, "missing": [], "model_calls": 0, "cpu_ms": 0}',1795392541506551283);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',5,'default','stage','{"name": "probe", "state": "RUNNING", "reason": "", "message": "", "done": 0, "total": 0, "missing": [], "model_calls": 0, "cpu_ms": 0}',1795392541525604626);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',6,'default','stage','{"name": "probe", "state": "SUCCEEDED", "reason": "", "message": "", "done": 1, "total": 0, "missing": [], "model_calls": 0, "cpu_ms": 0}',1795392543195071991);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',7,'default','stage','{"name": "shots", "state": "PENDING", "reason": "", "message": "", "done": 0, "total": 1, "missing": [], "model_calls": 0, "cpu_ms": 0}',1795392548286063853);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',8,'default','stage','{"name": "colors", "state": "PENDING", "reason": "", "message": "", "done": 0, "total": 1, "missing": [], "model_calls": 0, "cpu_ms": 0}',1795392548436977790);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',9,'default','stage','{"name": "shots", "state": "RUNNING", "reason": "", "message": "", "done": 1, "total": 1, "missing": [], "model_calls": 1, "cpu_ms": 11}',1795392549768479209);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',10,'default','segment','{"features": ["shots"], "span": [0, 2000000000]}',1795392549768678888);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',11,'default','stage','{"name": "colors", "state": "RUNNING", "reason": "", "message": "", "done": 1, "total": 1, "missing": [], "model_calls": 2, "cpu_ms": 6}',1795392550106786643);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',12,'default','segment','{"features": ["colors"], "span": [0, 2000000000]}',1795392550107017403);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',13,'default','stage','{"name": "shots", "state": "SUCCEEDED", "reason": "", "message": "", "done": 1, "total": 1, "missing": [], "model_calls": 1, "cpu_ms": 11}',1795392550416133687);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',14,'default','stage','{"name": "colors", "state": "SUCCEEDED", "reason": "", "message": "", "done": 1, "total": 1, "missing": [], "model_calls": 2, "cpu_ms": 6}',1795392550417334061);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',15,'default','stage','{"name": "fuse", "state": "RUNNING", "reason": "", "message": "", "done": 0, "total": 1, "missing": [], "model_calls": 0, "cpu_ms": 0}',1795392550448847034);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',16,'default','stage','{"name": "fuse", "state": "SUCCEEDED", "reason": "", "message": "", "done": 1, "total": 1, "missing": [], "model_calls": 0, "cpu_ms": 0}',1795392550915077262);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',17,'default','stage','{"name": "moderate", "state": "RUNNING", "reason": "", "message": "", "done": 0, "total": 1, "missing": [], "model_calls": 0, "cpu_ms": 0}',1795392550917022612);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',18,'default','stage','{"name": "moderate", "state": "SUCCEEDED", "reason": "", "message": "", "done": 1, "total": 1, "missing": [], "model_calls": 0, "cpu_ms": 0}',1795392553051515338);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',19,'default','stage','{"name": "mood", "state": "SKIPPED", "reason": "NOT_REQUESTED", "message": "made of emotion, speech, text, sound, music", "done": 0, "total": 0, "missing": [], "model_calls": 0, "cpu_ms": 0}',1795392553146203393);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',20,'default','analysis','{"media_id": "01a205bc-10f1-7000-afa8-68c1f9d07f00", "revision": 1, "result_digest": "5de88ae73647642280ae49404b7883cc90414f2af9f93a492aab822d5f492ab3", "suggestion": "review"}',1795392553813714166);
INSERT INTO "job_event" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',21,'default','state','{"state": "SUCCEEDED"}',1795392553858125049);
INSERT INTO "job_event" VALUES('01a205bc-4458-7000-ab85-349384bd78b9',1,'default','state','{"state": "QUEUED"}',1795392554088017241);
INSERT INTO "job_event" VALUES('01a205bc-4458-7000-ab85-349384bd78b9',2,'default','state','{"state": "RUNNING"}',1795392554193527580);
INSERT INTO "job_event" VALUES('01a205bc-4458-7000-ab85-349384bd78b9',3,'default','stage','{"name": "ingest", "state": "RUNNING", "reason": "", "message": "", "done": 0, "total": 0, "missing": [], "model_calls": 0, "cpu_ms": 0}',1795392554202757885);
INSERT INTO "job_event" VALUES('01a205bc-4458-7000-ab85-349384bd78b9',4,'default','stage','{"name": "ingest", "state": "SUCCEEDED", "reason": "", "message": "", "done": 1, "total": 0, "missing": [], "model_calls": 0, "cpu_ms": 0}',1795392554204265907);
INSERT INTO "job_event" VALUES('01a205bc-4458-7000-ab85-349384bd78b9',5,'default','stage','{"name": "probe", "state": "RUNNING", "reason": "", "message": "", "done": 0, "total": 0, "missing": [], "model_calls": 0, "cpu_ms": 0}',1795392554219094661);
INSERT INTO "job_event" VALUES('01a205bc-4458-7000-ab85-349384bd78b9',6,'default','stage','{"name": "probe", "state": "SUCCEEDED", "reason": "", "message": "", "done": 1, "total": 0, "missing": [], "model_calls": 0, "cpu_ms": 0}',1795392554525804001);
INSERT INTO "job_event" VALUES('01a205bc-4458-7000-ab85-349384bd78b9',7,'default','stage','{"name": "shots", "state": "PENDING", "reason": "", "message": "", "done": 0, "total": 1, "missing": [], "model_calls": 0, "cpu_ms": 0}',1795392554639209071);
INSERT INTO "job_event" VALUES('01a205bc-4458-7000-ab85-349384bd78b9',8,'default','stage','{"name": "colors", "state": "PENDING", "reason": "", "message": "", "done": 0, "total": 1, "missing": [], "model_calls": 0, "cpu_ms": 0}',1795392554649403909);
INSERT INTO "job_event" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a',1,'default','state','{"state": "QUEUED"}',1795392554925697036);
CREATE TABLE job_output (
	job_id VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	task VARCHAR(64) NOT NULL, 
	position INTEGER NOT NULL, 
	role VARCHAR(32) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	media_type VARCHAR(128) NOT NULL, 
	offset_ns BIGINT, 
	score INTEGER, facts JSON, 
	PRIMARY KEY (job_id, name), 
	FOREIGN KEY(job_id) REFERENCES job (id) ON DELETE CASCADE
);
CREATE TABLE job_stage (
	job_id VARCHAR(36) NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	position INTEGER NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	reason VARCHAR(32) DEFAULT '' NOT NULL, 
	message TEXT DEFAULT '' NOT NULL, 
	done INTEGER DEFAULT '0' NOT NULL, 
	total INTEGER DEFAULT '0' NOT NULL, 
	missing JSON NOT NULL, 
	model_calls BIGINT DEFAULT '0' NOT NULL, 
	cpu_ms BIGINT DEFAULT '0' NOT NULL, 
	PRIMARY KEY (job_id, name), 
	FOREIGN KEY(job_id) REFERENCES job (id) ON DELETE CASCADE
);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','ingest','default',0,'SUCCEEDED','','',1,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','probe','default',1,'SUCCEEDED','','',1,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','shots','default',2,'SUCCEEDED','','',1,1,'[]',1,11);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','objects','default',3,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','classes','default',4,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','faces','default',5,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','tracks','default',6,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','nsfw','default',7,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','colors','default',8,'SUCCEEDED','','',1,1,'[]',2,6);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','frame_conditions','default',9,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','picture_kinds','default',10,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','codes','default',11,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','emotion','default',12,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','landmarks','default',13,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','text','default',14,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','speech','default',15,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','sound','default',16,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','loudness','default',17,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','music','default',18,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','quality','default',19,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','mood','default',20,'SKIPPED','NOT_REQUESTED','made of emotion, speech, text, sound, music',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','fuse','default',21,'SUCCEEDED','','',1,1,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','moderate','default',22,'SUCCEEDED','','',1,1,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','ingest','default',0,'SUCCEEDED','','',1,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','probe','default',1,'SUCCEEDED','','',1,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','shots','default',2,'PENDING','','',0,1,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','objects','default',3,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','classes','default',4,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','faces','default',5,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','tracks','default',6,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','nsfw','default',7,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','colors','default',8,'PENDING','','',0,1,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','frame_conditions','default',9,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','picture_kinds','default',10,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','codes','default',11,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','emotion','default',12,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','landmarks','default',13,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','text','default',14,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','speech','default',15,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','sound','default',16,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','loudness','default',17,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','music','default',18,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','quality','default',19,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','mood','default',20,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','fuse','default',21,'PENDING','','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','moderate','default',22,'PENDING','','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','ingest','default',0,'PENDING','','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','probe','default',1,'PENDING','','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','shots','default',2,'PENDING','','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','objects','default',3,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','classes','default',4,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','faces','default',5,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','tracks','default',6,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','nsfw','default',7,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','colors','default',8,'PENDING','','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','frame_conditions','default',9,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','picture_kinds','default',10,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','codes','default',11,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','emotion','default',12,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','landmarks','default',13,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','text','default',14,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','speech','default',15,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','sound','default',16,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','loudness','default',17,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','music','default',18,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','quality','default',19,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','mood','default',20,'SKIPPED','NOT_REQUESTED','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','fuse','default',21,'PENDING','','',0,0,'[]',0,0);
INSERT INTO "job_stage" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','moderate','default',22,'PENDING','','',0,0,'[]',0,0);
CREATE TABLE job_tag (
	job_id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(128) NOT NULL, 
	value VARCHAR(256) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	PRIMARY KEY (job_id, "key"), 
	FOREIGN KEY(job_id) REFERENCES job (id) ON DELETE CASCADE
);
CREATE TABLE library (
	project_id VARCHAR(64) NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	name TEXT NOT NULL, 
	description TEXT NOT NULL, 
	usages JSON NOT NULL, 
	tags JSON NOT NULL, 
	threshold INTEGER, 
	version BIGINT NOT NULL, 
	edit BIGINT NOT NULL, 
	request_digest VARCHAR(64) NOT NULL, 
	entry_count INTEGER DEFAULT '0' NOT NULL, 
	create_ns BIGINT NOT NULL, 
	update_ns BIGINT NOT NULL, 
	created_by TEXT NOT NULL, bound_version BIGINT DEFAULT '0' NOT NULL, 
	PRIMARY KEY (project_id, id)
);
CREATE TABLE library_entry (
	project_id VARCHAR(64) NOT NULL, 
	library_id VARCHAR(64) NOT NULL, 
	entry_id VARCHAR(64) NOT NULL, 
	added_in BIGINT NOT NULL, 
	removed_in BIGINT, 
	name TEXT NOT NULL, 
	category TEXT NOT NULL, 
	document JSON NOT NULL, 
	request_digest VARCHAR(64) NOT NULL, 
	create_ns BIGINT NOT NULL, 
	changed_by TEXT NOT NULL, 
	PRIMARY KEY (project_id, library_id, entry_id, added_in), 
	FOREIGN KEY(project_id, library_id) REFERENCES library (project_id, id) ON DELETE CASCADE
);
CREATE TABLE library_match (
	media_id VARCHAR(36) NOT NULL, 
	library_id VARCHAR(64) NOT NULL, 
	entry_id VARCHAR(64) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	PRIMARY KEY (media_id, library_id, entry_id), 
	FOREIGN KEY(media_id) REFERENCES media (id) ON DELETE CASCADE
);
CREATE TABLE library_sample (
	id VARCHAR(36) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	library_id VARCHAR(64) NOT NULL, 
	entry_id VARCHAR(64) NOT NULL, 
	negative BOOLEAN NOT NULL, 
	picture_digest VARCHAR(64) DEFAULT '' NOT NULL, 
	box JSON, 
	engine VARCHAR(128) DEFAULT '' NOT NULL, 
	vector BLOB, 
	added_in BIGINT NOT NULL, 
	create_ns BIGINT NOT NULL, origin JSON, 
	PRIMARY KEY (id), 
	FOREIGN KEY(project_id, library_id) REFERENCES library (project_id, id) ON DELETE CASCADE
);
CREATE TABLE media (
	id VARCHAR(36) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	digest VARCHAR(64) DEFAULT '' NOT NULL, 
	size_bytes BIGINT DEFAULT '0' NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	description TEXT DEFAULT '' NOT NULL, 
	tags JSON NOT NULL, 
	source TEXT NOT NULL, 
	reference JSON, 
	index_digest VARCHAR(64) DEFAULT '' NOT NULL, 
	facts JSON, 
	latest_revision BIGINT DEFAULT '0' NOT NULL, 
	create_ns BIGINT NOT NULL, 
	created_by TEXT NOT NULL, 
	request_id VARCHAR(64), 
	request_digest VARCHAR(64), 
	version BIGINT DEFAULT '1' NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (project_id, request_id)
);
INSERT INTO "media" VALUES('01a205bc-10f1-7000-afa8-68c1f9d07f00','default','3854f407fa586764a59abb66463c6b1b15d706d800b1819865da151ef1c5e2a5',9100,'ended.mp4','','{}','upload:ended.mp4','null','7e021181ad52797643b6bd703f5cc61e1700e9e0458bef1078952dc6075f299b','{"digest": "3854f407fa586764a59abb66463c6b1b15d706d800b1819865da151ef1c5e2a5", "size_bytes": 9100, "kind": "video", "container": "mov,mp4,m4a,3gp,3g2,mj2", "duration_ns": 2000000000, "video": {"codec": "h264", "width": 160, "height": 96, "coded_width": 160, "coded_height": 96, "rotation_degrees": 0, "rate_numerator": 25, "rate_denominator": 1, "variable_rate": false, "frame_count": 50, "pixel_format": "yuv420p", "bit_rate": 32268}, "video_stream_count": 1}',1,1795392540915036708,'local',NULL,NULL,3);
INSERT INTO "media" VALUES('01a205bc-4430-7000-9888-79799d5bca4d','default','c64f83076204e060263136babbf8c615802a732c72232675dde9e8b8aecb5245',79379,'at-work.mp4','','{}','upload:at-work.mp4','null','ca5441fab42c56ddbd5cb54fd8b30e66763ff7ba918ee659041dff1d83b59aff','{"digest": "c64f83076204e060263136babbf8c615802a732c72232675dde9e8b8aecb5245", "size_bytes": 79379, "kind": "video", "container": "mov,mp4,m4a,3gp,3g2,mj2", "duration_ns": 20000000000, "video": {"codec": "h264", "width": 160, "height": 96, "coded_width": 160, "coded_height": 96, "rotation_degrees": 0, "rate_numerator": 25, "rate_denominator": 1, "variable_rate": false, "frame_count": 500, "pixel_format": "yuv420p", "bit_rate": 30604}, "video_stream_count": 1}',0,1795392554033308170,'local',NULL,NULL,2);
INSERT INTO "media" VALUES('01a205bc-477f-7000-9e27-c89266f96157','default','e49010a9bf7b419c44e73d0cf5a426e562f339dcc715dd1aaef9677cf078f172',9775,'queued.mp4','','{}','upload:queued.mp4','null','',NULL,0,1795392554880823052,'local',NULL,NULL,1);
CREATE TABLE notifications (
    message_uuid TEXT NOT NULL DEFAULT (hex(randomblob(16))) PRIMARY KEY,
    destination_uuid TEXT NOT NULL,
    topic TEXT,
    message TEXT NOT NULL,
    created_at_epoch_ms INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000), "serialization" TEXT DEFAULT NULL, "consumed" BOOLEAN NOT NULL DEFAULT FALSE, consumed_by_function_id INTEGER,
    FOREIGN KEY (destination_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE "operation_outputs" (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    function_name TEXT NOT NULL DEFAULT '',
    output TEXT,
    error TEXT,
    child_workflow_id TEXT,
    started_at_epoch_ms INTEGER,
    completed_at_epoch_ms INTEGER,
    serialization TEXT,
    application_name TEXT DEFAULT NULL,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    PRIMARY KEY (workflow_uuid, function_id)
);
INSERT INTO "operation_outputs" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',1,'ingest','gAROLg==',NULL,NULL,1795392541434,1795392541512,'py_pickle','videre',1795392541000);
INSERT INTO "operation_outputs" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',2,'probe','gAROLg==',NULL,NULL,1795392541520,1795392543197,'py_pickle','videre',1795392543000);
INSERT INTO "operation_outputs" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',3,'plan','gASVVAAAAAAAAAB9lCiMB3BpY3R1cmWUSwGMBWFoZWFklEsBjAVzb3VuZJSJjAVtdXNpY5SJjAV0YXNrc5RLAIwGcmVjYWxslIiMBWxpc3RzlImMBmNvdmVyc5SJdS4=',NULL,NULL,1795392543213,1795392548522,'py_pickle','videre',1795392548000);
INSERT INTO "operation_outputs" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',4,'recall','gASJLg==',NULL,NULL,1795392548534,1795392548553,'py_pickle','videre',1795392548000);
INSERT INTO "operation_outputs" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',5,'picture_chunk',NULL,NULL,'01a205bc-1175-7000-9a97-1853e9c99794.picture00000',1795392548555,1795392548567,NULL,'videre',1795392548000);
INSERT INTO "operation_outputs" VALUES('01a205bc-1175-7000-9a97-1853e9c99794.picture00000',1,'visual.shots','gARLAS4=',NULL,NULL,1795392548749,1795392549770,'py_pickle','videre',1795392549000);
INSERT INTO "operation_outputs" VALUES('01a205bc-1175-7000-9a97-1853e9c99794.picture00000',3,'ocr.read','gARLAC4=',NULL,NULL,1795392549784,1795392549826,'py_pickle','videre',1795392549000);
INSERT INTO "operation_outputs" VALUES('01a205bc-1175-7000-9a97-1853e9c99794.picture00000',2,'visual.frames','gARLAS4=',NULL,NULL,1795392549784,1795392550118,'py_pickle','videre',1795392550000);
INSERT INTO "operation_outputs" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',6,'DBOS.getResult','gASVCAAAAAAAAACMBGRvbmWULg==',NULL,'01a205bc-1175-7000-9a97-1853e9c99794.picture00000',1795392548573,1795392550296,'py_pickle','videre',1795392550000);
INSERT INTO "operation_outputs" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',7,'conclude','gASVRAAAAAAAAACMQDVkZTg4YWU3MzY0NzY0MjI4MGFlNDk0MDRiNzg4M2NjOTA0MTRmMmFmOWY5M2E0OTJhYWI4MjJkNWY0OTJhYjOULg==',NULL,NULL,1795392550298,1795392553298,'py_pickle','videre',1795392553000);
INSERT INTO "operation_outputs" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',8,'deliver','gARLAC4=',NULL,NULL,1795392553319,1795392553335,'py_pickle','videre',1795392553000);
INSERT INTO "operation_outputs" VALUES('01a205bc-1175-7000-9a97-1853e9c99794',9,'publish','gASVDQAAAAAAAACMCVNVQ0NFRURFRJQu',NULL,NULL,1795392553338,1795392553870,'py_pickle','videre',1795392553000);
INSERT INTO "operation_outputs" VALUES('01a205bc-4458-7000-ab85-349384bd78b9',1,'ingest','gAROLg==',NULL,NULL,1795392554182,1795392554208,'py_pickle','videre',1795392554000);
INSERT INTO "operation_outputs" VALUES('01a205bc-4458-7000-ab85-349384bd78b9',2,'probe','gAROLg==',NULL,NULL,1795392554213,1795392554527,'py_pickle','videre',1795392554000);
INSERT INTO "operation_outputs" VALUES('01a205bc-4458-7000-ab85-349384bd78b9',3,'plan','gASVVAAAAAAAAAB9lCiMB3BpY3R1cmWUSwGMBWFoZWFklEsBjAVzb3VuZJSJjAVtdXNpY5SJjAV0YXNrc5RLAIwGcmVjYWxslIiMBWxpc3RzlImMBmNvdmVyc5SJdS4=',NULL,NULL,1795392554529,1795392554708,'py_pickle','videre',1795392554000);
INSERT INTO "operation_outputs" VALUES('01a205bc-4458-7000-ab85-349384bd78b9',4,'recall','gASJLg==',NULL,NULL,1795392554709,1795392554724,'py_pickle','videre',1795392554000);
INSERT INTO "operation_outputs" VALUES('01a205bc-4458-7000-ab85-349384bd78b9',5,'picture_chunk',NULL,NULL,'01a205bc-4458-7000-ab85-349384bd78b9.picture00000',1795392554744,1795392554762,NULL,'videre',1795392554000);
CREATE TABLE person_face (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	project_id VARCHAR(64) NOT NULL, 
	media_id VARCHAR(36) NOT NULL, 
	person_id VARCHAR(64) NOT NULL, 
	engine VARCHAR(128) NOT NULL, 
	vector BLOB NOT NULL, 
	identity_id VARCHAR(64) NOT NULL, 
	FOREIGN KEY(media_id) REFERENCES media (id) ON DELETE CASCADE, 
	UNIQUE (media_id, person_id)
);
CREATE TABLE project (
	id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	description TEXT NOT NULL, 
	active_jobs INTEGER NOT NULL, 
	storage_bytes BIGINT NOT NULL, 
	create_ns BIGINT NOT NULL, 
	update_ns BIGINT NOT NULL, 
	delete_ns BIGINT, 
	created_by TEXT NOT NULL, 
	edit BIGINT DEFAULT '1' NOT NULL, running_jobs INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "project" VALUES('default','','',0,0,1795392534302246247,1795392534302246247,NULL,'migration',1,0);
CREATE TABLE queues (
    queue_id TEXT PRIMARY KEY DEFAULT (hex(randomblob(16))),
    name TEXT NOT NULL UNIQUE,
    concurrency INTEGER,
    worker_concurrency INTEGER,
    rate_limit_max INTEGER,
    rate_limit_period_sec REAL,
    priority_enabled BOOLEAN NOT NULL DEFAULT FALSE,
    partition_queue BOOLEAN NOT NULL DEFAULT FALSE,
    polling_interval_sec REAL NOT NULL DEFAULT 1.0,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL, "partition_concurrency" INTEGER DEFAULT NULL, "partition_worker_concurrency" INTEGER DEFAULT NULL, "partition_rate_limit_max" INTEGER DEFAULT NULL, "partition_rate_limit_period_sec" REAL DEFAULT NULL);
INSERT INTO "queues" VALUES('6776DFBA1379A4625A7F08A5350A0797','jobs',NULL,1,NULL,NULL,1,0,0.25,1795392537000,1795392537230,'videre',NULL,NULL,NULL,NULL);
INSERT INTO "queues" VALUES('85795F4A29F27553423E67A1C1701162','chunks',NULL,3,NULL,NULL,1,0,0.1,1795392537000,1795392541455,'videre',NULL,NULL,NULL,NULL);
INSERT INTO "queues" VALUES('7A534DABB83DB9F3EFB646979428127A','bindings',NULL,1,NULL,NULL,1,0,1.0,1795392537000,1795392537336,'videre',NULL,NULL,NULL,NULL);
CREATE TABLE review (
	id VARCHAR(36) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	media_id VARCHAR(36) NOT NULL, 
	job_id VARCHAR(36) NOT NULL, 
	revision BIGINT NOT NULL, 
	last_revision BIGINT NOT NULL, 
	template TEXT NOT NULL, 
	suggestion VARCHAR(16) NOT NULL, 
	severity INTEGER NOT NULL, 
	categories JSON NOT NULL, 
	finding_count INTEGER NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	people VARCHAR(16) DEFAULT '' NOT NULL, 
	escalations INTEGER DEFAULT '0' NOT NULL, 
	claimed_by TEXT DEFAULT '' NOT NULL, 
	lease_id VARCHAR(36) DEFAULT '' NOT NULL, 
	lease_end_ns BIGINT DEFAULT '0' NOT NULL, 
	create_ns BIGINT NOT NULL, 
	due_ns BIGINT NOT NULL, 
	decide_ns BIGINT, 
	decided_by TEXT DEFAULT '' NOT NULL, 
	edit BIGINT DEFAULT '1' NOT NULL, appeals INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(media_id) REFERENCES media (id) ON DELETE CASCADE, 
	UNIQUE (media_id, revision)
);
INSERT INTO "review" VALUES('01a205bc-424e-7000-bf5f-838a1ee5175c','default','01a205bc-10f1-7000-afa8-68c1f9d07f00','01a205bc-1175-7000-9a97-1853e9c99794',1,1,'careful@4','review',1,'["porn", "terrorism", "political", "prohibited", "ad"]',9,'OPEN','',0,'','',0,1795392553641118627,1795651753550917575,NULL,'',1,0);
CREATE TABLE review_action (
	id VARCHAR(36) NOT NULL, 
	review_id VARCHAR(36) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	outcome VARCHAR(16) DEFAULT '' NOT NULL, 
	cause VARCHAR(32) DEFAULT '' NOT NULL, 
	note TEXT DEFAULT '' NOT NULL, 
	rulings JSON NOT NULL, 
	people VARCHAR(16) DEFAULT '' NOT NULL, 
	reviewer TEXT NOT NULL, 
	created_by TEXT NOT NULL, 
	create_ns BIGINT NOT NULL, 
	request_id VARCHAR(64), 
	request_digest VARCHAR(64) DEFAULT '' NOT NULL, origin_id VARCHAR(36) DEFAULT '' NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(review_id) REFERENCES review (id) ON DELETE CASCADE, 
	UNIQUE (project_id, request_id, review_id)
);
CREATE TABLE review_finding (
	review_id VARCHAR(36) NOT NULL, 
	position INTEGER NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	place INTEGER NOT NULL, 
	segment INTEGER, 
	category VARCHAR(64) NOT NULL, 
	medium VARCHAR(64) NOT NULL, 
	label TEXT NOT NULL, 
	rule_id VARCHAR(64) NOT NULL, 
	reason VARCHAR(32) NOT NULL, 
	suggestion VARCHAR(16) NOT NULL, 
	score INTEGER NOT NULL, 
	words JSON NOT NULL, 
	picture_digest VARCHAR(64) DEFAULT '' NOT NULL, 
	outcome VARCHAR(16) DEFAULT '' NOT NULL, 
	cause VARCHAR(32) DEFAULT '' NOT NULL, picture_hash VARCHAR(16) DEFAULT '' NOT NULL, 
	PRIMARY KEY (review_id, position), 
	FOREIGN KEY(review_id) REFERENCES review (id) ON DELETE CASCADE
);
INSERT INTO "review_finding" VALUES('01a205bc-424e-7000-bf5f-838a1ee5175c',0,'default',0,NULL,'porn','image','','','NOT_CHECKED','review',0,'[]','','','','');
INSERT INTO "review_finding" VALUES('01a205bc-424e-7000-bf5f-838a1ee5175c',1,'default',2,NULL,'porn','text','','','NOT_CHECKED','review',0,'[]','','','','');
INSERT INTO "review_finding" VALUES('01a205bc-424e-7000-bf5f-838a1ee5175c',2,'default',4,NULL,'terrorism','image','','','NOT_CHECKED','review',0,'[]','','','','');
INSERT INTO "review_finding" VALUES('01a205bc-424e-7000-bf5f-838a1ee5175c',3,'default',6,NULL,'terrorism','text','','','NOT_CHECKED','review',0,'[]','','','','');
INSERT INTO "review_finding" VALUES('01a205bc-424e-7000-bf5f-838a1ee5175c',4,'default',9,NULL,'political','image','','','NOT_CHECKED','review',0,'[]','','','','');
INSERT INTO "review_finding" VALUES('01a205bc-424e-7000-bf5f-838a1ee5175c',5,'default',11,NULL,'political','text','','','NOT_CHECKED','review',0,'[]','','','','');
INSERT INTO "review_finding" VALUES('01a205bc-424e-7000-bf5f-838a1ee5175c',6,'default',13,NULL,'prohibited','image','','','NOT_CHECKED','review',0,'[]','','','','');
INSERT INTO "review_finding" VALUES('01a205bc-424e-7000-bf5f-838a1ee5175c',7,'default',15,NULL,'prohibited','text','','','NOT_CHECKED','review',0,'[]','','','','');
INSERT INTO "review_finding" VALUES('01a205bc-424e-7000-bf5f-838a1ee5175c',8,'default',18,NULL,'ad','text','','','NOT_CHECKED','review',0,'[]','','','','');
CREATE TABLE search_chunk (
	media_key INTEGER NOT NULL, 
	part SMALLINT NOT NULL, 
	number INTEGER NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (media_key, part, number), 
	FOREIGN KEY(media_key) REFERENCES search_media ("key") ON DELETE CASCADE
);
INSERT INTO "search_chunk" VALUES(1,0,0,X'28B52FFD608F023D0700620E28198027ED80082EA845600B1102213347E14A872B11BB1CD1DC1EE71CBCA3100ACEC870AEF74CE9935B99951435DE34323EAE4A840C55C917CAE4EF65AD325A9FAC8E76BB342814C1019143C99EBD2A061624100512E83B78C790CF76402DF66112533B325DD4863C2B880291ECCC6E07ECC301E09CE1CCCB32DAE6D44894A4A735E57D15DF95EE7FE323EF6552A14DED6E46C4FF49E25635C8DA65C0E1381C0219205042123CF3D7214E8B10F0E243BA0C94850904E77B32B7682141D48A05B8075AFA1C00E55BA10F637368D60EE15917A808037DE1780BB567F628C9A27B34EA439437');
INSERT INTO "search_chunk" VALUES(1,1,0,X'28B52FFD203FF901005B302C302C2D312C22222C5B5B312C22656E6465642E6D7034222C302C302C22222C31303030302C5B226D657461646174612F7469746C65225D2C305D5D5D');
CREATE TABLE search_look (
	media_key INTEGER NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	engine VARCHAR(128) NOT NULL, 
	numbers BLOB NOT NULL, 
	vectors BLOB NOT NULL, 
	times BLOB NOT NULL, 
	hashes BLOB NOT NULL, 
	still BLOB NOT NULL, 
	PRIMARY KEY (media_key), 
	FOREIGN KEY(media_key) REFERENCES search_media ("key") ON DELETE CASCADE
);
INSERT INTO "search_look" VALUES(1,'default','',X'',X'',X'000000001801000008020000F8020000E803000000050000F0050000E0060000',X'6A956A956A9595AAB648B7C83A95C936996699E46B91E619946B84D36E94D3AC8D728DF2698D720DC738C7916AC7912E966996E96A9669169B649BA46B9B248B',X'');
CREATE TABLE search_media (
	"key" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	media_id VARCHAR(36) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	version INTEGER NOT NULL, 
	moment_count BIGINT NOT NULL, 
	length BIGINT NOT NULL, 
	given_length BIGINT DEFAULT '0' NOT NULL, 
	in_characters BOOLEAN NOT NULL, 
	lengths BLOB NOT NULL, 
	spans BLOB NOT NULL, 
	facets BLOB NOT NULL, 
	facet_values JSON NOT NULL, 
	document_terms BLOB DEFAULT '' NOT NULL, 
	given_terms BLOB DEFAULT '' NOT NULL, 
	FOREIGN KEY(media_id) REFERENCES media (id) ON DELETE CASCADE, 
	UNIQUE (media_id)
);
INSERT INTO "search_media" VALUES(1,'01a205bc-10f1-7000-afa8-68c1f9d07f00','default',1,3,0,2,0,X'000000000000000000000000',X'00000000D0070000000000002003000020030000D0070000',X'0100000000000000010000000100000001000000020000000100000003000000020000000000000002000000030000000200000004000000','["tag:color", "tag:color.brown", "tag:color.red", "tag:others", "tag:color.blue"]',X'28B52FFD201455000020010000000100238E08',X'28B52FFD20084100000600000001000000');
CREATE TABLE search_posting (
	term_id INTEGER NOT NULL, 
	media_key INTEGER NOT NULL, 
	part SMALLINT NOT NULL, 
	entries BLOB NOT NULL, 
	places BLOB NOT NULL, 
	PRIMARY KEY (term_id, media_key, part)
)
 WITHOUT ROWID

;
INSERT INTO "search_posting" VALUES(1,1,0,X'0054000000940000',X'');
INSERT INTO "search_posting" VALUES(2,1,0,X'00940000',X'');
INSERT INTO "search_posting" VALUES(3,1,0,X'00540000',X'');
INSERT INTO "search_posting" VALUES(4,1,0,X'00540000',X'');
INSERT INTO "search_posting" VALUES(5,1,0,X'0054000000940000',X'');
INSERT INTO "search_posting" VALUES(6,1,1,X'01040000',X'0000');
INSERT INTO "search_posting" VALUES(7,1,1,X'01040000',X'0100');
CREATE TABLE search_term (
	id INTEGER NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	term TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (project_id, term)
);
INSERT INTO "search_term" VALUES(1,'default','=color');
INSERT INTO "search_term" VALUES(2,'default','=color.blue');
INSERT INTO "search_term" VALUES(3,'default','=color.brown');
INSERT INTO "search_term" VALUES(4,'default','=color.red');
INSERT INTO "search_term" VALUES(5,'default','=others');
INSERT INTO "search_term" VALUES(6,'default','end');
INSERT INTO "search_term" VALUES(7,'default','mp4');
CREATE TABLE streams (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    "offset" INTEGER NOT NULL, function_id INTEGER NOT NULL DEFAULT 0, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key, "offset"),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE taxonomy_overlay (
	project_id VARCHAR(64) NOT NULL, 
	version BIGINT NOT NULL, 
	document JSON NOT NULL, 
	create_ns BIGINT NOT NULL, 
	created_by TEXT NOT NULL, 
	PRIMARY KEY (project_id, version)
);
CREATE TABLE template (
	project_id VARCHAR(64) NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	number BIGINT NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	latest_version BIGINT NOT NULL, 
	delete_ns BIGINT, 
	PRIMARY KEY (project_id, id), 
	UNIQUE (project_id, number)
);
CREATE TABLE template_default (
	project_id VARCHAR(64) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	template_id VARCHAR(64) NOT NULL, 
	PRIMARY KEY (project_id, kind)
);
CREATE TABLE template_use (
	job_id VARCHAR(36) NOT NULL, 
	template_id VARCHAR(64) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	version BIGINT NOT NULL, 
	PRIMARY KEY (job_id, template_id)
);
CREATE TABLE template_version (
	project_id VARCHAR(64) NOT NULL, 
	template_id VARCHAR(64) NOT NULL, 
	version BIGINT NOT NULL, 
	document JSON NOT NULL, 
	create_ns BIGINT NOT NULL, 
	created_by TEXT NOT NULL, 
	PRIMARY KEY (project_id, template_id, version), 
	FOREIGN KEY(project_id, template_id) REFERENCES template (project_id, id) ON DELETE CASCADE
);
CREATE TABLE upload (
	id VARCHAR(36) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	file_name TEXT NOT NULL, 
	total_size BIGINT NOT NULL, 
	committed_size BIGINT DEFAULT '0' NOT NULL, 
	create_ns BIGINT NOT NULL, 
	expire_ns BIGINT NOT NULL, 
	media_id VARCHAR(36), 
	created_by TEXT NOT NULL, 
	request_id VARCHAR(64), 
	request_digest VARCHAR(64), 
	PRIMARY KEY (id), 
	UNIQUE (project_id, request_id)
);
INSERT INTO "upload" VALUES('01a205bc-10c7-7000-8ea1-66bf6a0340fa','default','ended.mp4',9100,9100,1795392540871382815,1795478940871382815,'01a205bc-10f1-7000-afa8-68c1f9d07f00','local','a61d32068e584d1ca9aba13cb665c365','52357a8e188b854b212c11d8316052362aeca939545e86ba79cbc4d91cb2991a');
INSERT INTO "upload" VALUES('01a205bc-43e7-7000-ae9f-664559609db7','default','at-work.mp4',79379,79379,1795392553959844972,1795478953959844972,'01a205bc-4430-7000-9888-79799d5bca4d','local','cde304772dbb4b3595326022b0398d91','3fa906621cad229c564ac54ebb2b8fd32e88cc0e39adcc7d617fee4e99982445');
INSERT INTO "upload" VALUES('01a205bc-46de-7000-a8a1-38e2a1568d22','default','queued.mp4',9775,9775,1795392554722976885,1795478954722976885,'01a205bc-477f-7000-9e27-c89266f96157','local','1131100e7df04e529026a871b9cdf376','0ccd3dbc362c33a6517954b988b1095bd8dca9c90aaa798c52ef513785e1d2aa');
CREATE TABLE usage_day (
	project_id VARCHAR(64) NOT NULL, 
	day INTEGER NOT NULL, 
	jobs BIGINT NOT NULL, 
	media_ms BIGINT NOT NULL, 
	cpu_ms BIGINT NOT NULL, 
	model_calls BIGINT NOT NULL, 
	output_bytes BIGINT NOT NULL, 
	PRIMARY KEY (project_id, day)
);
INSERT INTO "usage_day" VALUES('default',20780,1,2000,17,3,0);
CREATE TABLE verdict_link (
	project_id VARCHAR(64) NOT NULL, 
	number BIGINT NOT NULL, 
	media_id VARCHAR(36) NOT NULL, 
	revision BIGINT NOT NULL, 
	facts TEXT NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	PRIMARY KEY (project_id, number), 
	UNIQUE (project_id, media_id, revision)
);
INSERT INTO "verdict_link" VALUES('default',1,'01a205bc-10f1-7000-afa8-68c1f9d07f00',1,'{"job":"01a205bc-1175-7000-9a97-1853e9c99794","libraries":[],"media":"01a205bc-10f1-7000-afa8-68c1f9d07f00","media_digest":"3854f407fa586764a59abb66463c6b1b15d706d800b1819865da151ef1c5e2a5","models":["colors lab-clusters@1","shots signal-shots@3"],"moderation":"5","number":1,"project":"default","published":"2026-11-23T00:09:13.597162890Z","result_digest":"5de88ae73647642280ae49404b7883cc90414f2af9f93a492aab822d5f492ab3","revision":1,"template":"careful@4","verdict_digest":"bdb1cf7edb911a0fbdc64df4624f23d784e37478a542be35807e6708cb9ff4f5"}','92e7469cdf71bd6deae5a016b5c320d42767c33da3b36fc8d01bced0653cb32e');
CREATE TABLE videre_schema (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT videre_schema_pkc PRIMARY KEY (version_num)
);
INSERT INTO "videre_schema" VALUES('0021');
CREATE TABLE webhook (
	id VARCHAR(36) NOT NULL, 
	project_id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	uri TEXT NOT NULL, 
	types JSON NOT NULL, 
	binary BOOLEAN NOT NULL, 
	paused BOOLEAN NOT NULL, 
	last_number BIGINT NOT NULL, 
	secrets JSON NOT NULL, 
	create_ns BIGINT NOT NULL, 
	update_ns BIGINT NOT NULL, 
	created_by TEXT NOT NULL, 
	edit BIGINT DEFAULT '1' NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE workflow_events (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_events_history (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, function_id, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid)
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_input (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    inputs TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_input" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','gASVQgAAAAAAAAB9lCiMBGFyZ3OUjCQwMWEyMDViYy0xMTc1LTcwMDAtOWE5Ny0xODUzZTljOTk3OTSUSwWGlIwGa3dhcmdzlH2UdS4=',1795392541000);
INSERT INTO "workflow_input" VALUES('01a205bc-1175-7000-9a97-1853e9c99794.picture00000','gASVQgAAAAAAAAB9lCiMBGFyZ3OUjCQwMWEyMDViYy0xMTc1LTcwMDAtOWE5Ny0xODUzZTljOTk3OTSUSwCGlIwGa3dhcmdzlH2UdS4=',1795392548000);
INSERT INTO "workflow_input" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','gASVQgAAAAAAAAB9lCiMBGFyZ3OUjCQwMWEyMDViYy00NDU4LTcwMDAtYWI4NS0zNDkzODRiZDc4YjmUSwWGlIwGa3dhcmdzlH2UdS4=',1795392554000);
INSERT INTO "workflow_input" VALUES('01a205bc-4458-7000-ab85-349384bd78b9.picture00000','gASVQgAAAAAAAAB9lCiMBGFyZ3OUjCQwMWEyMDViYy00NDU4LTcwMDAtYWI4NS0zNDkzODRiZDc4YjmUSwCGlIwGa3dhcmdzlH2UdS4=',1795392554000);
INSERT INTO "workflow_input" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','gASVQgAAAAAAAAB9lCiMBGFyZ3OUjCQwMWEyMDViYy00N2FhLTcwMDAtODZlNC0xNzZiY2NhYzFhOGGUSwWGlIwGa3dhcmdzlH2UdS4=',1795392554000);
CREATE TABLE workflow_output (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    output TEXT,
    error TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_output" VALUES('01a205bc-1175-7000-9a97-1853e9c99794.picture00000','gASVCAAAAAAAAACMBGRvbmWULg==',NULL,1795392550000);
INSERT INTO "workflow_output" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','gASVDQAAAAAAAACMCVNVQ0NFRURFRJQu',NULL,1795392553000);
CREATE TABLE workflow_schedules (
    schedule_id TEXT PRIMARY KEY,
    schedule_name TEXT NOT NULL UNIQUE,
    workflow_name TEXT NOT NULL,
    workflow_class_name TEXT,
    schedule TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'ACTIVE',
    context TEXT NOT NULL
, "last_fired_at" TEXT DEFAULT NULL, "automatic_backfill" BOOLEAN NOT NULL DEFAULT FALSE, "cron_timezone" TEXT DEFAULT NULL, "queue_name" TEXT DEFAULT NULL, "application_name" TEXT DEFAULT NULL);
CREATE TABLE workflow_status (
    workflow_uuid TEXT PRIMARY KEY,
    status TEXT,
    name TEXT,
    authenticated_user TEXT,
    assumed_role TEXT,
    authenticated_roles TEXT,
    request TEXT,
    output TEXT,
    error TEXT,
    executor_id TEXT,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    application_version TEXT,
    application_id TEXT,
    class_name TEXT DEFAULT NULL,
    config_name TEXT DEFAULT NULL,
    recovery_attempts INTEGER DEFAULT 0,
    queue_name TEXT,
    workflow_timeout_ms INTEGER,
    workflow_deadline_epoch_ms INTEGER,
    inputs TEXT,
    started_at_epoch_ms INTEGER,
    deduplication_id TEXT,
    priority INTEGER NOT NULL DEFAULT 0
, queue_partition_key TEXT, forked_from TEXT, "owner_xid" TEXT DEFAULT NULL, "parent_workflow_id" TEXT DEFAULT NULL, "serialization" TEXT DEFAULT NULL, "delay_until_epoch_ms" BIGINT DEFAULT NULL, "was_forked_from" BOOLEAN NOT NULL DEFAULT FALSE, "rate_limited" BOOLEAN NOT NULL DEFAULT FALSE, "completed_at" BIGINT, "attributes" TEXT, "schedule_name" TEXT, "debounce_deadline_epoch_ms" BIGINT DEFAULT NULL, "is_debounced" BOOLEAN NOT NULL DEFAULT FALSE, "application_name" TEXT DEFAULT NULL, "creator_xid" TEXT DEFAULT NULL);
INSERT INTO "workflow_status" VALUES('01a205bc-1175-7000-9a97-1853e9c99794','SUCCESS','analyse',NULL,NULL,NULL,NULL,NULL,NULL,'local',1795392541000,1795392553000,'flow-2',NULL,NULL,NULL,1,'jobs',NULL,NULL,NULL,1795392541000,NULL,1073741821,NULL,NULL,NULL,NULL,'py_pickle',NULL,0,0,1795392553000,'null',NULL,NULL,0,'videre','b3023f6b-5930-47cd-9ff6-44dac2a8c924');
INSERT INTO "workflow_status" VALUES('01a205bc-1175-7000-9a97-1853e9c99794.picture00000','SUCCESS','picture_chunk',NULL,NULL,NULL,NULL,NULL,NULL,'local',1795392548000,1795392550000,'flow-2','',NULL,NULL,1,'chunks',NULL,NULL,NULL,1795392548000,NULL,1073741821,NULL,NULL,NULL,'01a205bc-1175-7000-9a97-1853e9c99794','py_pickle',NULL,0,0,1795392550000,'null',NULL,NULL,0,'videre','694d190e-13b8-4fa1-b8be-e7b495ba10c2');
INSERT INTO "workflow_status" VALUES('01a205bc-4458-7000-ab85-349384bd78b9','PENDING','analyse',NULL,NULL,NULL,NULL,NULL,NULL,'local',1795392554000,1795392554000,'flow-2',NULL,NULL,NULL,1,'jobs',NULL,NULL,NULL,1795392554000,NULL,1073741821,NULL,NULL,'c516fcfb-5211-42bb-b902-d5b9fc3b4a8b',NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'videre','b7617d30-6e8e-45d4-a36d-3867a1d9bc05');
INSERT INTO "workflow_status" VALUES('01a205bc-4458-7000-ab85-349384bd78b9.picture00000','PENDING','picture_chunk',NULL,NULL,NULL,NULL,NULL,NULL,'local',1795392554000,1795392554000,'flow-2','',NULL,NULL,1,'chunks',NULL,NULL,NULL,1795392554000,NULL,1073741821,NULL,NULL,'69da3a56-6311-4d06-b8e8-b141bbe4b909','01a205bc-4458-7000-ab85-349384bd78b9','py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'videre','2bf22c71-a461-43df-a49d-bdc206eebbb1');
INSERT INTO "workflow_status" VALUES('01a205bc-47aa-7000-86e4-176bccac1a8a','ENQUEUED','analyse',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1795392554000,1795392554000,NULL,NULL,NULL,NULL,0,'jobs',NULL,NULL,NULL,NULL,NULL,1073741821,NULL,NULL,NULL,NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'videre','31a8b387-8e66-4e4f-ba4f-372c352fe99e');
CREATE INDEX artifact_ref_by_owner ON artifact_ref (owner_kind, owner_id);
CREATE INDEX evidence_by_media ON evidence (project_id, media_digest);
CREATE INDEX job_by_media ON job (media_id);
CREATE INDEX job_by_project ON job (project_id, id);
CREATE INDEX job_by_state ON job (state);
CREATE INDEX media_by_digest ON media (project_id, digest);
CREATE INDEX job_tag_by_value ON job_tag (project_id, "key", value);
CREATE INDEX library_sample_by_entry ON library_sample (project_id, library_id, entry_id);
CREATE INDEX person_face_by_identity ON person_face (project_id, identity_id);
CREATE INDEX library_match_by_entry ON library_match (project_id, library_id, entry_id);
CREATE INDEX feedback_by_project ON feedback (project_id, id);
CREATE INDEX feedback_by_media ON feedback (media_id, id);
CREATE INDEX feedback_by_job ON feedback (job_id, id);
CREATE INDEX template_use_by_template ON template_use (project_id, template_id);
CREATE INDEX review_by_due ON review (project_id, state, due_ns, id);
CREATE INDEX review_finding_by_rule ON review_finding (project_id, rule_id);
CREATE INDEX review_finding_by_category ON review_finding (project_id, category);
CREATE INDEX review_action_by_review ON review_action (review_id, id);
CREATE INDEX review_action_by_origin ON review_action (origin_id);
CREATE INDEX credential_by_project ON credential (project_id, id);
CREATE INDEX credential_key_by_credential ON credential_key (credential_id, create_ns);
CREATE INDEX search_media_by_project ON search_media (project_id, version);
CREATE INDEX search_look_by_project ON search_look (project_id, engine);
CREATE INDEX search_media_sizes ON search_media (project_id, moment_count, length, given_length);
CREATE INDEX feed_event_by_time ON feed_event (time_ns);
CREATE INDEX webhook_by_project ON webhook (project_id, id);
CREATE INDEX delivery_by_time ON delivery (state, next_ns);
CREATE INDEX delivery_by_event ON delivery (project_id, number);
CREATE INDEX audience_profile_by_key ON audience_profile (project_id, key_version);
CREATE INDEX audience_count_by_project ON audience_count (project_id, day);
CREATE INDEX audience_item_by_project ON audience_item (project_id, media_key, edit);
CREATE INDEX job_by_turn ON job (state, held, priority, turn);
CREATE INDEX job_by_own_turn ON job (project_id, state, held, priority, turn, id);
CREATE UNIQUE INDEX job_by_requeued ON job (requeue_of);
CREATE INDEX workflow_status_created_at_index ON workflow_status (created_at);
CREATE INDEX idx_workflow_topic ON notifications (destination_uuid, topic);
CREATE INDEX "idx_workflow_status_delayed" ON "workflow_status" ("delay_until_epoch_ms") WHERE status = 'DELAYED';
CREATE INDEX "idx_workflow_status_forked_from" ON "workflow_status" ("forked_from") WHERE "forked_from" IS NOT NULL;
CREATE INDEX "idx_workflow_status_parent_workflow_id" ON "workflow_status" ("parent_workflow_id") WHERE "parent_workflow_id" IS NOT NULL;
CREATE UNIQUE INDEX "uq_workflow_status_dedup_id" ON "workflow_status" ("queue_name", "deduplication_id") WHERE "deduplication_id" IS NOT NULL;
CREATE INDEX "idx_workflow_status_pending" ON "workflow_status" ("created_at") WHERE "status" = 'PENDING';
CREATE INDEX "idx_workflow_status_failed" ON "workflow_status" ("status", "created_at") WHERE "status" IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED');
CREATE INDEX "idx_workflow_status_rate_limited" ON "workflow_status" ("queue_name", "started_at_epoch_ms") WHERE "rate_limited" = TRUE;
CREATE INDEX "idx_workflow_status_completed_at" ON "workflow_status" ("completed_at") WHERE "completed_at" IS NOT NULL;
CREATE INDEX "idx_workflow_status_started_at" ON "workflow_status" ("started_at_epoch_ms") WHERE "started_at_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_workflow_status_schedule_name" ON "workflow_status" ("schedule_name") WHERE "schedule_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_owner_version"
    ON application_versions ("application_name", "version_name")
    WHERE "application_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_unclaimed_version"
    ON application_versions ("version_name")
    WHERE "application_name" IS NULL;
CREATE INDEX idx_workflow_input_retention
    ON workflow_input (retention_timestamp);
CREATE INDEX idx_workflow_output_retention
    ON workflow_output (retention_timestamp);
CREATE INDEX idx_operation_outputs_retention
    ON operation_outputs (retention_timestamp);
CREATE INDEX "idx_workflow_status_in_flight_v2" ON "workflow_status" ("queue_name", "status", "priority", "created_at", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING');
CREATE INDEX "idx_workflow_status_partition_dequeue_v3" ON "workflow_status" ("queue_name", "status", "queue_partition_key", "priority", "created_at", "workflow_uuid", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING') AND "queue_partition_key" IS NOT NULL;
CREATE INDEX "idx_operation_outputs_completed_at_function_name_v2" ON "operation_outputs" ("completed_at_epoch_ms", "function_name", "application_name");
CREATE INDEX "idx_workflow_status_deadline" ON "workflow_status" ("workflow_deadline_epoch_ms") WHERE "status" IN ('ENQUEUED', 'PENDING', 'DELAYED') AND "workflow_deadline_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_application_versions_timestamp" ON "application_versions" ("version_timestamp" DESC);
CREATE INDEX "idx_application_versions_owner_timestamp" ON "application_versions" ("application_name", "version_timestamp" DESC);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('search_media',1);
COMMIT;