/* SPDX-License-Identifier: PostgreSQL */
/*
 * hang_transfer.c: a libcurl that forgets the time; it says so if it could leave a core file.
 */
#include <sys/resource.h>
#include <unistd.h>

#include <curl/curl.h>

#undef curl_easy_perform

CURLcode
curl_easy_perform(CURL *curl)
{
	struct rlimit core;

	(void) curl;
	if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_cur != 0)
		(void) !write(STDOUT_FILENO, "core\n", 5);
	for (;;)
		pause();
}
