/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_store_text.c: kept key sets come back as they were, and a damaged text gives none.
 */
#include "compat.h"

#include "check.h"
#include "keys/store_text.h"
#include "sample.h"

#define BAD_CHECKSUM "its checksum is wrong"
#define NO_ARRAY "it holds no JSON array"
#define INCOMPLETE "one of its key sets is not complete"

#define URL "https://idp.example/jwks"
#define MEMBERS \
	"\"url\": \"" URL "\", \"etag\": \"e\", \"last_modified\": \"m\", " \
	"\"fetched_at\": 700000000000000, \"expires_at\": 700000003600000, \"set\": \"s\""

/* What has been given to take(). */
#define TAKEN_MAX 80

static KeySource taken[TAKEN_MAX];
static Slice taken_sets[TAKEN_MAX];
static int	taken_count;

static void
take(const KeySource *kept, Slice text)
{
	if (taken_count == TAKEN_MAX)
		sample_bail_out("there are more sets than were written");
	taken[taken_count] = *kept;
	taken_sets[taken_count++] = text;
}

static const char *
read_text(Slice text)
{
	taken_count = 0;
	return store_text_read(sample_exact(text), take);
}

static void
check_damaged(Slice text, const char *wanted, const char *name)
{
	const char *damage = read_text(text);

	if (!CHECK(damage != NULL && strcmp(damage, wanted) == 0, "damaged: %s", name))
		printf("# got \"%s\", wanted \"%s\"\n", damage == NULL ? "(none)" : damage, wanted);
}

/* ---- the checksum, by its definition: CRC-32C, bit by bit ---- */

static uint32_t
checksum(Slice text)
{
	uint32_t	crc = 0xFFFFFFFF;

	for (size_t i = 0; i < text.len; i++)
	{
		crc ^= (unsigned char) text.data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82F63B78 : 0);
	}
	return ~crc;
}

/* A text of any JSON, with the right checksum. */
static Slice
around(const char *json)
{
	return sample_text("herm_jwt 1 %08x\n%s", checksum(slice_cstring(json)), json);
}

static const char *
read_json(const char *json)
{
	return read_text(around(json));
}

/* ---- there and back ---- */

static KeySource
make_source(const char *url, const char *etag)
{
	KeySource	source = {
		.is_registered = true,
		.times.fetched_at = INT64_C(700000000000000),
		.times.expires_at = INT64_C(700000003600000),
		.times.next_fetch_at = 5,
		.times.refetch_from = 6,
		.times.failures = 7,
		.size = 8,
		.key_count = 2,
		.last_modified = "Sun, 06 Nov 1994 08:49:37 GMT",
		.is_wanted = true,
		.ended = 9,
		.error = "words",
	};

	strlcpy(source.url, url, sizeof(source.url));
	strlcpy(source.etag, etag, sizeof(source.etag));
	return source;
}

static void
append(StringInfo out, const KeySource *source, const char *set)
{
	store_text_append(out, source, sample_exact(slice_cstring(set)));
}

static Slice
finish(StringInfo out)
{
	store_text_end(out);
	return slice_make(out->data, out->len);
}

static Slice
two_sets(void)
{
	KeySource	first = make_source(URL "?a=\"b\"", "\"5f\\2c\"");
	KeySource	second = make_source("http://127.0.0.1/", "");
	StringInfoData out;

	initStringInfo(&out);
	store_text_begin(&out);
	append(&out, &first, "{\n\t\"keys\": [\"\xE2\x82\xAC\\u0041\x7F\"]}\r\n");
	append(&out, &second, "");
	return finish(&out);
}

static void
test_round_trip(void)
{
	KeySource	wanted = make_source(URL "?a=\"b\"", "\"5f\\2c\"");

	CHECK(read_text(two_sets()) == NULL && taken_count == 2,
		  "two sets are read as they were written");
	CHECK(strcmp(taken[0].url, wanted.url) == 0 && strcmp(taken[1].url, "http://127.0.0.1/") == 0,
		  "with their URLs");
	CHECK(strcmp(taken[0].etag, wanted.etag) == 0 && taken[1].etag[0] == '\0', "with their etags");
	CHECK(strcmp(taken[0].last_modified, wanted.last_modified) == 0, "and the other validator");
	CHECK(taken[0].times.fetched_at == wanted.times.fetched_at &&
		  taken[0].times.expires_at == wanted.times.expires_at, "with their times");
	CHECK(taken[0].key_count == 2, "and number of keys");
	CHECK(slice_equals_cstring(taken_sets[0],
							   "{\n\t\"keys\": [\"\xE2\x82\xAC\\u0041\x7F\"]}\r\n") &&
		  taken_sets[1].len == 0, "byte by byte");
	CHECK(!taken[0].is_registered && taken[0].size == 0 && taken[0].times.next_fetch_at == 0 &&
		  taken[0].times.refetch_from == 0 && taken[0].times.failures == 0 && !taken[0].is_wanted &&
		  taken[0].ended == 0 && taken[0].error[0] == '\0',
		  "and with nothing else of the old server");
}

static void
test_numbers_of_sets(void)
{
	KeySource	source = make_source(URL, "");
	StringInfoData out;

	initStringInfo(&out);
	store_text_begin(&out);
	CHECK(read_text(finish(&out)) == NULL && taken_count == 0, "no set is a text, too");
	initStringInfo(&out);
	store_text_begin(&out);
	for (int i = 0; i < TAKEN_MAX; i++)
		append(&out, &source, psprintf("%d", i));
	CHECK(read_text(finish(&out)) == NULL && taken_count == TAKEN_MAX, "and so are many");
	CHECK(slice_equals_cstring(taken_sets[0], "0") &&
		  slice_equals_cstring(taken_sets[TAKEN_MAX - 1], "79"),
		  "in their order");
}

/* What one version has written, the next can read. */
static void
test_format(void)
{
	KeySource	source = make_source(URL, "e");
	StringInfoData out;
	Slice		wanted;

	initStringInfo(&out);
	store_text_begin(&out);
	append(&out, &source, "{\"keys\":[]}");
	finish(&out);
	wanted = around("[{\"keys\": 2, \"url\": \"" URL "\", \"etag\": \"e\", "
					"\"last_modified\": \"Sun, 06 Nov 1994 08:49:37 GMT\", \"fetched_at\": 700000000000000, "
					"\"expires_at\": 700000003600000, \"set\": \"{\\\"keys\\\":[]}\"}]\n");
	CHECK(slice_equals(slice_make(out.data, out.len), wanted),
		  "the text is what it has always been");
	CHECK(checksum(slice_cstring("123456789")) == 0xE3069283, "and its checksum is CRC-32C");
}

/* ---- damage ---- */

static void
test_damage(void)
{
	Slice		good = two_sets();
	int			read = 0;
	int			given = 0;

	for (size_t len = 0; len < good.len; len++)
	{
		read += read_text(slice_make(good.data, len)) == NULL;
		given += taken_count;
	}
	CHECK(read == 0 && given == 0, "a text that was cut off anywhere gives nothing");
	for (size_t bit = 0; bit < good.len * 8; bit++)
	{
		read += read_text(sample_flip(good, bit)) == NULL;
		given += taken_count;
	}
	CHECK(read == 0 && given == 0, "nor does one with a wrong bit");
	check_damaged(sample_join(good, slice_cstring("\n")), BAD_CHECKSUM, "a byte too many");
	check_damaged(sample_zeros(good.len), BAD_CHECKSUM, "zeros, as a crash may leave them");
	check_damaged(sample_zeros(0), BAD_CHECKSUM, "nothing");
	check_damaged(sample_text("herm_jwt 2 %08x\n[]", checksum(slice_cstring("[]"))), BAD_CHECKSUM,
				  "another version");
	check_damaged(sample_text("herm_jwt 1 %08x []", checksum(slice_cstring("[]"))), BAD_CHECKSUM,
				  "one line");
	check_damaged(sample_text("herm_jwt 1 %08X\n[{}]", checksum(slice_cstring("[{}]"))),
				  BAD_CHECKSUM, "large digits");
}

/* ---- whole texts of something else ---- */

typedef struct TextCase
{
	const char *json;
	const char *damage;			/* NULL: none */
	const char *name;
} TextCase;

static const TextCase texts[] = {
	{"[]", NULL, "no sets"},
	{" [ ] ", NULL, "white space"},
	{"[{\"keys\": 1, " MEMBERS "}]", NULL, "a set"},
	{"[{\"keys\": 1, \"more\": {}, " MEMBERS "}]", NULL, "a member that nobody knows"},
	{"", NO_ARRAY, "nothing"},
	{"{}", NO_ARRAY, "an object"},
	{"null", NO_ARRAY, "null"},
	{"[] []", NO_ARRAY, "two arrays"},
	{"[\"\xFF\"]", NO_ARRAY, "no UTF-8"},
	{"[\"\\u0000\"]", NO_ARRAY, "an escaped zero"},
	{"[{\"keys\": 1, \"keys\": 1, " MEMBERS "}]", NO_ARRAY, "a member twice"},
	{"[1]", INCOMPLETE, "a number in the place of a set"},
	{"[null]", INCOMPLETE, "null in the place of a set"},
	{"[[]]", INCOMPLETE, "an array in the place of a set"},
	{"[{}]", INCOMPLETE, "an empty set"},
	{"[{" MEMBERS "}]", INCOMPLETE, "no number of keys"},
	{"[{\"keys\": \"1\", " MEMBERS "}]", INCOMPLETE, "text in the place of a number"},
	{"[{\"keys\": null, " MEMBERS "}]", INCOMPLETE, "null in the place of a number"},
	{"[{\"keys\": 111111111111111111111, " MEMBERS "}]", INCOMPLETE,
	"a number with too many digits"},
};

static void
test_texts(void)
{
	for (int i = 0; i < COUNT_OF(texts); i++)
	{
		const char *damage = read_json(texts[i].json);
		const char *wanted = texts[i].damage;
		bool		as_wanted = (damage == NULL) == (wanted == NULL) &&
		(wanted == NULL || strcmp(damage, wanted) == 0);

		if (!CHECK(as_wanted, "%s: %s", wanted == NULL ? "good" : "damaged", texts[i].name))
			printf("# got \"%s\"\n", damage == NULL ? "(none)" : damage);
	}
	CHECK(read_json("[{\"keys\": 1, " MEMBERS "}, {}]") != NULL && taken_count == 1,
		  "what stands before an incomplete set is given");
}

/* Each member of a good set, left out or of another type. */
static void
test_members(void)
{
	static const char *const names[] = {"url", "etag", "last_modified", "fetched_at", "expires_at",
	"set"};
	static const char *const values[] = {"null", "[]", "true", "{\"a\": \"b\"}"};
	const char *good = "[{\"keys\": 1, " MEMBERS "}]";

	for (int i = 0; i < COUNT_OF(names); i++)
	{
		const char *place = strstr(good, psprintf("\"%s\": ", names[i]));
		const char *value = strchr(place, ':') + 2;
		const char *rest = value + strcspn(value, ",}");
		int			read = 0;

		read += read_json(psprintf("%.*s\"x\": %s", (int) (place - good), good, value)) == NULL;
		for (int k = 0; k < COUNT_OF(values); k++)
			read += read_json(psprintf("%.*s%s%s", (int) (value - good), good, values[k],
									   rest)) == NULL;
		read += read_json(psprintf("%.*s%s%s", (int) (value - good), good,
								   value[0] == '"' ? "1" : "\"1\"", rest)) == NULL;
		CHECK(read == 0, "a set without \"%s\", or with another type of it, is not complete",
			  names[i]);
	}
}

static const char *
read_with(const char *member, int len)
{
	return read_json(psprintf("[{\"x\": {" MEMBERS "}, \"keys\": 1, \"fetched_at\": 1, \"expires_at\": 1, \"set\": \"\", "
							  "\"url\": \"%s\", \"etag\": \"%s\", \"last_modified\": \"%s\"}]",
							  strcmp(member, "url") == 0 ? sample_text("%0*d%c", len, 0, 0).data :
							  "u",
							  strcmp(member, "etag") == 0 ? sample_text("%0*d%c", len, 0, 0).data :
							  "",
							  strcmp(member, "last_modified") == 0 ?
							  sample_text("%0*d%c", len, 0, 0).data : ""));
}

/* What has no room in shared memory is refused, and not cut. */
static void
test_lengths(void)
{
	CHECK(read_with("url", KEY_SOURCE_URL_MAX) == NULL &&
		  strlen(taken[0].url) == KEY_SOURCE_URL_MAX,
		  "the longest URL is read");
	CHECK(read_with("url", KEY_SOURCE_URL_MAX + 1) != NULL, "a longer one is not");
	CHECK(read_with("etag", KEY_SOURCE_VALIDATOR_MAX) == NULL &&
		  strlen(taken[0].etag) == KEY_SOURCE_VALIDATOR_MAX, "the longest etag is read");
	CHECK(read_with("etag", KEY_SOURCE_VALIDATOR_MAX + 1) != NULL, "a longer one is not");
	CHECK(read_with("last_modified", KEY_SOURCE_VALIDATOR_MAX) == NULL &&
		  strlen(taken[0].last_modified) == KEY_SOURCE_VALIDATOR_MAX,
		  "and so with the other validator");
	CHECK(read_with("last_modified", KEY_SOURCE_VALIDATOR_MAX + 1) != NULL,
		  "which is not cut either");
	CHECK(read_json("[{\"keys\": 1, \"fetched_at\": 1, \"expires_at\": 1, \"set\": \"\", \"url\": \"\", "
					"\"etag\": \"\", \"last_modified\": \"\"}]") != NULL, "a set without a URL is nobody's");
}

/* The worker corrects such times (keys/schedule.h): they must only be read. */
static void
test_times(void)
{
	static const struct
	{
		const char *text;
		int64_t		wanted;
	}			times[] = {
		{"0", 0}, {"-1", -1}, {"9223372036854775807", INT64_MAX},
		{"-9223372036854775808", INT64_MIN},
		{"99999999999999999999", INT64_MAX}, {"-9999999999999999999", INT64_MIN},
	};

	for (int i = 0; i < COUNT_OF(times); i++)
	{
		const char *json = psprintf("[{\"keys\": 1, \"fetched_at\": %s, \"expires_at\": %s, \"set\": \"\", "
									"\"url\": \"u\", \"etag\": \"\", \"last_modified\": \"\"}]",
									times[i].text, times[i].text);

		CHECK(read_json(json) == NULL && taken[0].times.fetched_at == times[i].wanted &&
			  taken[0].times.expires_at == times[i].wanted, "the time %s is read", times[i].text);
	}
}

int
main(void)
{
	test_round_trip();
	test_numbers_of_sets();
	test_format();
	test_damage();
	test_texts();
	test_members();
	test_lengths();
	test_times();
	return check_done();
}
