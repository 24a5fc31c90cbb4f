/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_provider.c: each provider's configuration is one that we understand, and
 * only a domain that is nothing but a domain gets into it.
 */
#include "compat.h"

#include "check.h"
#include "hasura/config.h"
#include "hasura/provider.h"
#include "sample.h"

/* Characters of which every domain is made that some provider takes. */
#define DOMAIN_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~:/-"

static StringInfoData config;
static Rejection rejection;

static bool
make(Slice provider, Slice domain)
{
	Slice		copy = sample_exact(domain);
	bool		made;

	resetStringInfo(&config);
	memset(&rejection, 0, sizeof(rejection));
	made = hasura_provider_config(provider, copy, &config, &rejection);
	free((char *) copy.data);
	return made;
}

/* hasura_configs_parse(), but for the keys, which this server need not have. */
static bool
is_understood(Slice text)
{
	HasuraConfigs *configs;
	bool		accepted = hasura_configs_parse(text, &configs, &rejection);
	const HasuraConfig *found = configs->count == 1 ? configs->items[0] : NULL;

	if (!accepted && rejection.code == REJECT_BAD_CONFIG)
		printf("# %s\n", rejection.message);
	accepted = accepted || rejection.code != REJECT_BAD_CONFIG;
	accepted = accepted && found != NULL && slice_starts_with(found->jwk_url, "https://");
	hasura_configs_free(configs);
	return accepted;
}

static void
test_examples(void)
{
	Slice		provider,
				domain;
	int			number = 0;

	for (; hasura_provider_example(number, &provider, &domain); number++)
	{
		CHECK(make(provider, domain), "%s takes its own example", provider.data);
		CHECK(is_understood(slice_make(config.data, config.len)), "the configuration is understood");
		CHECK(strpbrk(config.data, "'<>") == NULL, "nothing of the template is left");
		CHECK(strstr(config.data, "user_metadata") == NULL &&
			  strstr(config.data, "unsafe") == NULL, "no claim is the user's own");
	}
	CHECK(number == 9, "there are nine providers");
	CHECK(!hasura_provider_example(-1, &provider, &domain), "and none before the first");
}

/* Every byte, in the middle, in front of and behind a good domain. */
static void
test_every_byte(void)
{
	Slice		provider,
				domain;

	for (int number = 0; hasura_provider_example(number, &provider, &domain); number++)
	{
		int			mistakes = 0;

		for (int byte = 0; byte < 256; byte++)
		{
			char		c = (char) byte;
			Slice		single = slice_make(&c, 1);
			Slice		start = slice_make(domain.data, domain.len / 2);
			Slice		end = slice_skip(domain, domain.len / 2);
			bool		is_known = c != '\0' && strchr(DOMAIN_CHARACTERS, c) != NULL;

			mistakes += make(provider, sample_join(sample_join(start, single), end)) && !is_known;
			mistakes += make(provider, sample_join(single, domain)) && !is_known;
			mistakes += make(provider, sample_join(domain, single)) && !is_known;
		}
		CHECK(mistakes == 0, "no other byte gets into the configuration of %s", provider.data);
	}
}

/* Cut anywhere: whatever is taken gives JSON. */
static void
test_every_length(void)
{
	Slice		provider,
				domain;

	for (int number = 0; hasura_provider_example(number, &provider, &domain); number++)
	{
		int			mistakes = 0;

		for (size_t len = 0; len < domain.len; len++)
		{
			JsonDocument document;

			if (make(provider, slice_make(domain.data, len)))
				mistakes += json_parse(slice_make(config.data, config.len), &document) != JSON_OK;
			else
				mistakes += config.len != 0 || rejection.hint == NULL;
		}
		CHECK(mistakes == 0, "a part of %s's domain gives JSON or nothing", provider.data);
	}
}

static void
check_fits(const char *provider, const char *domain, bool wanted)
{
	CHECK(make(slice_cstring(provider), slice_cstring(domain)) == wanted, "%s %s %s", provider,
		  wanted ? "takes" : "refuses", domain);
}

static void
test_limits(void)
{
	Slice		label = sample_repeat("a", 63);
	Slice		host = sample_text("%.*s.app", (int) label.len, label.data);
	Slice		path = sample_repeat("b", 240);
	Slice		longest = sample_text("h.app/%.*s/realms/r", (int) path.len, path.data);

	CHECK(make(slice_cstring("auth0"), host), "a label may have 63 characters");
	CHECK(!make(slice_cstring("auth0"), sample_join(slice_cstring("a"), host)), "but not more");
	CHECK(longest.len == PROVIDER_DOMAIN_MAX && make(slice_cstring("keycloak"), longest),
		  "a domain may have 255 bytes");
	CHECK(!make(slice_cstring("keycloak"), sample_join(longest, slice_cstring("r"))) &&
		  strstr(rejection.message, "255") != NULL, "but not more, and is told so");

	check_fits("auth0", "herm.app:1", true);
	check_fits("auth0", "herm.app:65535", true);
	check_fits("auth0", "herm.app:65536", false);
	check_fits("auth0", "herm.app:0", false);
	check_fits("auth0", "herm.app:080", false);
	check_fits("auth0", "herm.app:", false);
	check_fits("auth0", "herm.app:443:443", false);
	check_fits("firebase", "herm-1", true);
	check_fits("firebase", "herm1", false);
	check_fits("firebase", "abcdefghijklmnopqrstuvwxyz1234", true);
	check_fits("firebase", "abcdefghijklmnopqrstuvwxyz12345", false);
	check_fits("firebase", "1herm-social", false);
	check_fits("firebase", "herm-social-", false);
}

int
main(void)
{
	initStringInfo(&config);
	test_examples();
	test_every_byte();
	test_every_length();
	test_limits();
	return check_done();
}
