/* SPDX-License-Identifier: PostgreSQL */
/*
 * counts.c: counts the calls of what the library should do seldom.
 *
 * It becomes a part of the library for `script/test counts`.  The linker leads each
 * call of a function that is named here to its wrapper (--wrap; test/counts/build),
 * which counts the call and makes it.  Each process counts for itself, from zero.
 *
 *		CREATE FUNCTION counted_calls() RETURNS text LANGUAGE c AS '$libdir/herm_jwt';
 *		SELECT counted_calls();		-- a line for each process and counter: PID NAME CALLS
 *
 * In a preloaded library processes see each other's counters, also of those that ended.
 */
#include "compat.h"

#include <sys/mman.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "fmgr.h"
#include "utils/builtins.h"

#include "hasura/checks.h"
#include "session/session.h"

#define PROCESSES_MAX 4096

#define COUNTERS(X) \
	X(SIGNATURES,     "signatures") /* checked by a public-key operation */ \
	X(MACS,           "macs") \
	X(JSON_TEXTS,     "texts") \
	X(KEYS,           "keys") /* read from PEM or a JWK */ \
	X(CONFIGURATIONS, "configurations") \
	X(TOKENS,         "tokens") /* judged from the first check on */ \
	X(TIMES,          "times") /* of a remembered token judged again */ \
	X(SESSIONS,       "sessions")	/* looked for */

typedef enum Counter
{
#define X(counter, name) counter,
	COUNTERS(X)
#undef X
	COUNTER_COUNT
}			Counter;

typedef struct CountedProcess
{
	pid_t		pid;
	uint64_t	calls[COUNTER_COUNT];
} CountedProcess;

static struct
{
	int			count;
	CountedProcess processes[PROCESSES_MAX];
}		   *table;

/* When the library is loaded; by the postmaster for all. */
static void
__attribute__((constructor))
make_table(void)
{
	table = mmap(NULL, sizeof(*table), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (table == MAP_FAILED)
		abort();
}

static CountedProcess *
own(void)
{
	static CountedProcess *process;

	if (process == NULL || process->pid != getpid())
	{
		int			number = __atomic_fetch_add(&table->count, 1, __ATOMIC_SEQ_CST);

		if (number >= PROCESSES_MAX)
			abort();
		process = &table->processes[number];
		process->pid = getpid();
	}
	return process;
}

HERM_SQL_FUNCTION(counted_calls);

Datum
counted_calls(UNUSED PG_FUNCTION_ARGS)
{
	static const char *const names[] = {
#define X(counter, name) [counter] = name,
		COUNTERS(X)
#undef X
	};
	StringInfoData text;

	(void) own();
	initStringInfo(&text);
	for (int i = 0; i < table->count; i++)
	{
		const CountedProcess *process = &table->processes[i];

		for (int c = 0; c < COUNTER_COUNT; c++)
			appendStringInfo(&text, "%d %s " UINT64_FORMAT "\n", (int) process->pid, names[c],
							 process->calls[c]);
	}
	PG_RETURN_TEXT_P(cstring_to_text(text.data));
}

/* ---- the wrappers ---- */

#define COUNTED(counter, type, name, parameters, arguments) \
	extern __typeof__(name) __real_##name, __wrap_##name; \
	type __wrap_##name parameters \
	{ \
		own()->calls[counter]++; \
		return __real_##name arguments; \
	} \
	extern __typeof__(name) __real_##name

COUNTED(SIGNATURES, int, EVP_PKEY_verify,
		(EVP_PKEY_CTX *context, const unsigned char *signature, size_t signature_len,
		 const unsigned char *digest, size_t digest_len),
		(context, signature, signature_len, digest, digest_len));
COUNTED(SIGNATURES, int, EVP_DigestVerify,
		(EVP_MD_CTX *context, const unsigned char *signature, size_t signature_len,
		 const unsigned char *text, size_t text_len),
		(context, signature, signature_len, text, text_len));
COUNTED(MACS, int, EVP_MAC_final,
		(EVP_MAC_CTX *context, unsigned char *out, size_t *len, size_t size),
		(context, out, len, size));
COUNTED(JSON_TEXTS, JsonStatus, json_parse, (Slice text, JsonDocument *document),
		(text, document));
COUNTED(JSON_TEXTS, JsonStatus, json_parse_kept, (Slice text, JsonDocument *document),
		(text, document));
COUNTED(KEYS, JoseStatus, jose_key_from_pem, (Slice pem, JoseKey **key), (pem, key));
COUNTED(KEYS, JoseStatus, jose_key_from_jwk, (const JsonNode *jwk, JoseKeyHalf half, JoseKey **key),
		(jwk, half, key));
COUNTED(CONFIGURATIONS, bool, hasura_configs_parse,
		(Slice text, HasuraConfigs **configs, Rejection *rejection), (text, configs, rejection));
COUNTED(TOKENS, bool, verification_run,
		(Verification *verification, CheckStep last, Rejection *rejection),
		(verification, last, rejection));
COUNTED(TIMES, bool, verification_judge_times,
		(Verification *verification, int64_t now, Rejection *rejection),
		(verification, now, rejection));
COUNTED(SESSIONS, bool, session_current, (const Session **session, Rejection *rejection),
		(session, rejection));
