-- Text search: configurations, dictionaries, parsers and templates.
CREATE ROLE mutation_text_search;
CREATE SCHEMA search;
SET search_path = search, public;
CREATE TEXT SEARCH TEMPLATE simple_template (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH TEMPLATE bare_template (LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY words (TEMPLATE = pg_catalog.simple, STOPWORDS = english, ACCEPT = false);
CREATE TEXT SEARCH DICTIONARY bare (TEMPLATE = simple_template);
CREATE TEXT SEARCH PARSER parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
CREATE TEXT SEARCH PARSER plain_parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH CONFIGURATION config (PARSER = parser);
ALTER TEXT SEARCH CONFIGURATION config ADD MAPPING FOR asciiword, word WITH words, simple;
CREATE TEXT SEARCH CONFIGURATION bare_config (PARSER = pg_catalog.default);
CREATE TEXT SEARCH CONFIGURATION copied (COPY = pg_catalog.english);
SELECT schema_audit.register_schema('mutation', '{search}');
INSERT INTO schema_audit.compare VALUES ('owners', '%', true), ('comments', '%', true);

INSERT INTO mutation_test.mutation (kind, attribute, change, expected, undo) VALUES
('text search configuration', 'missing', 'ALTER TEXT SEARCH CONFIGURATION bare_config SET SCHEMA public', '{"missing-text-search-configuration bare_config"}', 'ALTER TEXT SEARCH CONFIGURATION public.bare_config SET SCHEMA search'),
('text search configuration', 'extra', 'CREATE TEXT SEARCH CONFIGURATION one_more (COPY = pg_catalog.german)', '{"extra-text-search-configuration one_more"}', 'DROP TEXT SEARCH CONFIGURATION one_more'),
('text search configuration', 'parser', 'DROP TEXT SEARCH CONFIGURATION bare_config; CREATE TEXT SEARCH CONFIGURATION bare_config (PARSER = parser)', '{"text-search-configuration-mismatch bare_config"}', 'DROP TEXT SEARCH CONFIGURATION bare_config; CREATE TEXT SEARCH CONFIGURATION bare_config (PARSER = pg_catalog.default)'),
('text search configuration', 'mappings', 'ALTER TEXT SEARCH CONFIGURATION config DROP MAPPING FOR word', '{"text-search-configuration-mismatch config"}', 'ALTER TEXT SEARCH CONFIGURATION config ADD MAPPING FOR word WITH words, simple'),
('text search configuration', 'mappings, order', 'ALTER TEXT SEARCH CONFIGURATION config ALTER MAPPING FOR word WITH simple, words', '{"text-search-configuration-mismatch config"}', 'ALTER TEXT SEARCH CONFIGURATION config ALTER MAPPING FOR word WITH words, simple'),
('text search configuration', 'mappings, added', 'ALTER TEXT SEARCH CONFIGURATION bare_config ADD MAPPING FOR email WITH simple', '{"text-search-configuration-mismatch bare_config"}', 'ALTER TEXT SEARCH CONFIGURATION bare_config DROP MAPPING FOR email'),
('text search configuration', 'owner', 'ALTER TEXT SEARCH CONFIGURATION config OWNER TO mutation_text_search', '{"owner-mismatch config"}', 'ALTER TEXT SEARCH CONFIGURATION config OWNER TO CURRENT_USER'),
('text search configuration', 'comment', 'COMMENT ON TEXT SEARCH CONFIGURATION config IS ''x''', '{"comment-mismatch config"}', 'COMMENT ON TEXT SEARCH CONFIGURATION config IS NULL'),
('text search dictionary', 'missing', 'ALTER TEXT SEARCH DICTIONARY bare SET SCHEMA public', '{"missing-text-search-dictionary bare"}', 'ALTER TEXT SEARCH DICTIONARY public.bare SET SCHEMA search'),
('text search dictionary', 'extra', 'CREATE TEXT SEARCH DICTIONARY one_more (TEMPLATE = pg_catalog.simple)', '{"extra-text-search-dictionary one_more"}', 'DROP TEXT SEARCH DICTIONARY one_more'),
('text search dictionary', 'template', 'DROP TEXT SEARCH DICTIONARY bare; CREATE TEXT SEARCH DICTIONARY bare (TEMPLATE = bare_template)', '{"text-search-dictionary-mismatch bare"}', 'DROP TEXT SEARCH DICTIONARY bare; CREATE TEXT SEARCH DICTIONARY bare (TEMPLATE = simple_template)'),
('text search dictionary', 'options', 'ALTER TEXT SEARCH DICTIONARY words (ACCEPT)', '{"text-search-dictionary-mismatch words"}', 'ALTER TEXT SEARCH DICTIONARY words (ACCEPT = false)'),
('text search dictionary', 'options, set', 'ALTER TEXT SEARCH DICTIONARY bare (STOPWORDS = english)', '{"text-search-dictionary-mismatch bare"}', 'ALTER TEXT SEARCH DICTIONARY bare (STOPWORDS)'),
('text search dictionary', 'options, another order', 'ALTER TEXT SEARCH DICTIONARY words (STOPWORDS); ALTER TEXT SEARCH DICTIONARY words (STOPWORDS = english)', '{}', 'SELECT 1'),
('text search dictionary', 'owner', 'ALTER TEXT SEARCH DICTIONARY bare OWNER TO mutation_text_search', '{"owner-mismatch bare"}', 'ALTER TEXT SEARCH DICTIONARY bare OWNER TO CURRENT_USER'),
('text search dictionary', 'comment', 'COMMENT ON TEXT SEARCH DICTIONARY words IS ''x''', '{"comment-mismatch words"}', 'COMMENT ON TEXT SEARCH DICTIONARY words IS NULL'),
('text search parser', 'missing', 'ALTER TEXT SEARCH PARSER plain_parser SET SCHEMA public', '{"missing-text-search-parser plain_parser"}', 'ALTER TEXT SEARCH PARSER public.plain_parser SET SCHEMA search'),
('text search parser', 'extra', 'CREATE TEXT SEARCH PARSER one_more (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)', '{"extra-text-search-parser one_more"}', 'DROP TEXT SEARCH PARSER one_more'),
('text search parser', 'start', 'UPDATE pg_ts_parser SET prsstart = ''prsd_nexttoken''::regproc WHERE prsname = ''plain_parser''', '{"text-search-parser-mismatch plain_parser"}', 'UPDATE pg_ts_parser SET prsstart = ''prsd_start''::regproc WHERE prsname = ''plain_parser'''),
('text search parser', 'get_token', 'UPDATE pg_ts_parser SET prstoken = ''prsd_start''::regproc WHERE prsname = ''plain_parser''', '{"text-search-parser-mismatch plain_parser"}', 'UPDATE pg_ts_parser SET prstoken = ''prsd_nexttoken''::regproc WHERE prsname = ''plain_parser'''),
('text search parser', 'end', 'UPDATE pg_ts_parser SET prsend = ''prsd_start''::regproc WHERE prsname = ''plain_parser''', '{"text-search-parser-mismatch plain_parser"}', 'UPDATE pg_ts_parser SET prsend = ''prsd_end''::regproc WHERE prsname = ''plain_parser'''),
('text search parser', 'headline', 'UPDATE pg_ts_parser SET prsheadline = ''prsd_headline''::regproc WHERE prsname = ''plain_parser''', '{"text-search-parser-mismatch plain_parser"}', 'UPDATE pg_ts_parser SET prsheadline = 0 WHERE prsname = ''plain_parser'''),
('text search parser', 'token_types', 'UPDATE pg_ts_parser SET prslextype = ''prsd_start''::regproc WHERE prsname = ''plain_parser''', '{"text-search-parser-mismatch plain_parser"}', 'UPDATE pg_ts_parser SET prslextype = ''prsd_lextype''::regproc WHERE prsname = ''plain_parser'''),
('text search parser', 'comment', 'COMMENT ON TEXT SEARCH PARSER parser IS ''x''', '{"comment-mismatch parser"}', 'COMMENT ON TEXT SEARCH PARSER parser IS NULL'),
('text search template', 'missing', 'ALTER TEXT SEARCH TEMPLATE bare_template SET SCHEMA public', '{"missing-text-search-template bare_template"}', 'ALTER TEXT SEARCH TEMPLATE public.bare_template SET SCHEMA search'),
('text search template', 'extra', 'CREATE TEXT SEARCH TEMPLATE one_more (LEXIZE = dsimple_lexize)', '{"extra-text-search-template one_more"}', 'DROP TEXT SEARCH TEMPLATE one_more'),
('text search template', 'init', 'DROP TEXT SEARCH TEMPLATE bare_template; CREATE TEXT SEARCH TEMPLATE bare_template (INIT = dsimple_init, LEXIZE = dsimple_lexize)', '{"text-search-template-mismatch bare_template"}', 'DROP TEXT SEARCH TEMPLATE bare_template; CREATE TEXT SEARCH TEMPLATE bare_template (LEXIZE = dsimple_lexize)'),
('text search template', 'lexize', 'DROP TEXT SEARCH TEMPLATE bare_template; CREATE TEXT SEARCH TEMPLATE bare_template (LEXIZE = dispell_lexize)', '{"text-search-template-mismatch bare_template"}', 'DROP TEXT SEARCH TEMPLATE bare_template; CREATE TEXT SEARCH TEMPLATE bare_template (LEXIZE = dsimple_lexize)'),
('text search template', 'comment', 'COMMENT ON TEXT SEARCH TEMPLATE bare_template IS ''x''', '{"comment-mismatch bare_template"}', 'COMMENT ON TEXT SEARCH TEMPLATE bare_template IS NULL');
