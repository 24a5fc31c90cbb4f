/* SPDX-License-Identifier: PostgreSQL */
/*
 * checks.h: what a token must pass, in Hasura's order, as one table.
 *
 * In:    a token's text, a configuration, the time, limits.
 * Out:   yes, or a Rejection; and of an accepted token its payload and claims.
 * Never: reads a clock, a setting or a catalog; raises an error.
 * Rules: HASURA-JWT section 2.2; RFC 7519 section 7.2; RFC 8725 in strict mode.
 *
 *		Verification verification = {.text = token, .configs = configs, .rules = rules};
 *
 *		if (!verification_run(&verification, CHECK_VARIABLES, &rejection))
 *			return false;
 *		role = verification.claims.role;
 *
 * Everything that it finds is palloc'd in the current memory context; the text
 * and the configuration must outlive it.
 */
#ifndef HERM_HASURA_CHECKS_H
#define HERM_HASURA_CHECKS_H

#include "lib/stringinfo.h"

#include "hasura/claims.h"
#include "hasura/registered.h"

/* The steps, in order: name as inspect() reports it, and the rule that it follows. */
#define CHECK_STEPS(X) \
	X(CHECK_SIZE,          "size",          "docs/settings.md, max_token_size") \
	X(CHECK_CONFIG,        "config",        "HASURA-JWT 1") \
	X(CHECK_AUTHORIZATION, "authorization", "HASURA-JWT 2.2 (1, 2)") \
	X(CHECK_ISSUER,        "issuer",        "HASURA-JWT 2.2 (3)") \
	X(CHECK_PARTS,         "parts",         "HASURA-JWT 2.2 (5)") \
	X(CHECK_ENCODING,      "encoding",      "HASURA-JWT 2.2 (6)") \
	X(CHECK_HEADER,        "header",        "HASURA-JWT 2.2 (6), 2.3") \
	X(CHECK_CLAIMS,        "claims",        "HASURA-JWT 2.2 (7)") \
	X(CHECK_ALGORITHM,     "algorithm",     "HASURA-JWT 2.2 (8)") \
	X(CHECK_KEY,           "key",           "HASURA-JWT 2.2 (9)") \
	X(CHECK_SIGNATURE,     "signature",     "HASURA-JWT 2.2 (10), 1.5") \
	X(CHECK_EXP,           "exp",           "HASURA-JWT 2.4") \
	X(CHECK_IAT,           "iat",           "HASURA-JWT 2.4") \
	X(CHECK_NBF,           "nbf",           "HASURA-JWT 2.4") \
	X(CHECK_ISS,           "iss",           "HASURA-JWT 2.4") \
	X(CHECK_AUD,           "aud",           "HASURA-JWT 2.4") \
	X(CHECK_HASURA_CLAIMS, "hasura-claims", "HASURA-JWT 3.2, 3.4") \
	X(CHECK_ALLOWED_ROLES, "allowed-roles", "HASURA-JWT 3.2") \
	X(CHECK_DEFAULT_ROLE,  "default-role",  "HASURA-JWT 3.2") \
	X(CHECK_ROLE,          "role",          "HASURA-JWT 3.3") \
	X(CHECK_VARIABLES,     "variables",     "HASURA-JWT 3.7, 3.8")

typedef enum CheckStep
{
#define X(step, name, rule) step,
	CHECK_STEPS(X)
#undef X
	CHECK_STEP_COUNT
} CheckStep;

/* What the judge of a token needs to know beside token and configuration. */
typedef struct VerificationRules
{
	int64_t		now;			/* microseconds since 1970 */
	size_t		max_token_size; /* bytes, "Bearer " aside */
	bool		strict;			/* RFC 8725 instead of Hasura's leniency */
} VerificationRules;

typedef struct Verification
{
	/* given */
	Slice		text;			/* with or without "Bearer " */
	const HasuraConfigs *configs;	/* NULL if there are none to be had */
	const Rejection *no_config; /* why not */
	Slice		requested_role; /* empty: the token's default role */
	VerificationRules rules;
	const JoseMemory *memory;	/* of good signatures; NULL: none is asked */

	/* found, step by step */
	unsigned int passed;		/* a bit for each CheckStep that accepted */
	const HasuraConfig *config; /* the one of configs that the issuer chose */
	Slice		bearer;			/* the token without "Bearer " */
	JoseStatus	split;			/* whether it has three parts */
	JoseStatus	decoded;		/* and whether they are base64url */
	UnverifiedToken token;
	RegisteredClaims registered;
	VerifiedToken verified;		/* set by CHECK_SIGNATURE alone */
	bool		was_recalled;	/* from memory, without a public-key operation */
	HasuraClaims claims;
} Verification;

/* Runs the steps up to and including last; stops at the first refusal. */
extern bool verification_run(Verification *verification, CheckStep last,
							 Rejection *rejection) HASURA_VERDICT;

/* CHECK_SIZE alone, and its refusal, for who judges the size before touching a token. */
extern bool check_token_size(Slice text, size_t max_token_size, Rejection *rejection) HASURA_VERDICT;
extern bool reject_token_size(size_t max_token_size, Rejection *rejection);

/* Decodes header and payload as JSON without judging them, for people to look at. */
extern bool verification_decode(Verification *verification, Rejection *rejection) HASURA_VERDICT;

/* Judges the times of an already accepted token once more, at another time. */
extern bool verification_judge_times(Verification *verification, int64_t now,
									 Rejection *rejection) HASURA_VERDICT;

/*
 * Whether a refused token might be good with another key set: none of the keys
 * verifies it, and its kid, if it has one, is none of theirs.
 */
extern bool verification_lacks_key(const Verification *verification);

/* The step that refused, after verification_run() has said no. */
extern CheckStep verification_refused_at(const Verification *verification);

typedef enum CheckStatus
{
	CHECK_OK,
	CHECK_FAILED,
	CHECK_SKIPPED,
} CheckStatus;

/* Takes the outcome of one step, with what was found in words. */
typedef void (*CheckReporter) (void *state, CheckStep step, CheckStatus status,
							   const char *detail);

/*
 * Runs all steps to the end and reports each; a step is skipped if one that it
 * builds on has failed.  The details show no signature and no key.
 */
extern void verification_walk(Verification *verification, CheckReporter report, void *state);

/* A step's name, as inspect() reports it. */
extern const char *check_step_name(CheckStep step);

#endif							/* HERM_HASURA_CHECKS_H */
