/* SPDX-License-Identifier: PostgreSQL */
/*
 * test_uri.c: a text with a colon is a URI or refused, one without is anything.
 */
#include "compat.h"

#include "lib/stringinfo.h"

#include "check.h"
#include "hasura/uri.h"
#include "sample.h"

static bool
accepts(Slice text)
{
	return string_or_uri_is_valid(sample_exact(text));
}

/* The same bytes with a zero in them. */
#define ACCEPTS_LITERAL(text) accepts(slice_make((text), sizeof(text) - 1))

/* The text on one line: for the names of checks. */
static const char *
shown(const char *text)
{
	StringInfoData out;

	initStringInfo(&out);
	for (const char *p = text; *p != '\0'; p++)
	{
		if (*p < 0x20 || *p == 0x7F)
			appendStringInfo(&out, "\\x%02x", (unsigned char) *p);
		else
			appendStringInfoChar(&out, *p);
	}
	return out.data;
}

static void
check_all(const char *const *texts, int count, bool wanted, const char *what)
{
	for (int i = 0; i < count; i++)
		CHECK(accepts(slice_cstring(texts[i])) == wanted, "%s is %s: \"%s\"", what,
			  wanted ? "accepted" : "refused", shown(texts[i]));
}

#define CHECK_ACCEPTED(texts, what) check_all((texts), COUNT_OF(texts), true, (what))
#define CHECK_REFUSED(texts, what) check_all((texts), COUNT_OF(texts), false, (what))

/* HASURA-JWT 1.2: without a colon it is arbitrary text. */
static const char *const arbitrary[] = {
	"", "ann", "auth0|123456", "my app", " ", "//example.org/path", "a%zz", "100%", "[", "]", "?#",
	"<script>", "\"", "\\", "\t\n", "J\xc3\xbcrgen", "\xe6\x97\xa5\xe6\x9c\xac", "\xf0\x9f\x90\x98",
	"\xff\xfe", "ann@example.org", "0", "x-hasura-user",
};

/* RFC 3986 section 1.1.2. */
static const char *const published[] = {
	"ftp://ftp.is.co.za/rfc/rfc1808.txt", "http://www.ietf.org/rfc/rfc2396.txt",
	"ldap://[2001:db8::7]/c=GB?objectClass?one", "mailto:John.Doe@example.com",
	"news:comp.infosystems.www.servers.unix", "tel:+1-816-555-1212", "telnet://192.0.2.16:80/",
	"urn:oasis:names:specification:docbook:dtd:xml:4.1.2",
	/* sections 3 and 5.4 */
	"foo://example.com:8042/over/there?name=ferret#nose", "urn:example:animal:ferret:nose",
	"http://a/b/c/d;p?q", "g:h", "http://a/b/c/g;x=1/../y", "http:g",
};

static const char *const usual[] = {
	"https://example.auth0.com/", "https://securetoken.google.com/my-project",
	"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab12Cd34E",
	"http://localhost:8080/realms/herm", "localhost:8080", "urn:ietf:params:oauth:token-type:jwt",
	"did:example:123456789abcdefghi", "spiffe://example.org/workload", "a:", "a:b",
	"HTTPS://EXAMPLE.ORG", "a+b-c.d1:x", "z9:", "api:v1", "file:///etc/hosts", "file:/etc/hosts",
};

static const char *const schemes[] = {
	":", ":a", "://example.org", "1http://a", "9:", "+a:b", "-a:b", ".a:b", "ht tp://a", "a_b:c",
	"h\xc3\xb6st:1", "ann@example.org:80", "foo bar:baz", "a/b:c", "a?b:c", "a#b:c", "%61:b",
	" http://a", "\nhttp://a", "12:30", "[::1]", "10.0.0.1:80", "a%3a:b", "a~b:c",
};

static const char *const parts[] = {
	"http://", "http://a", "http://a/", "http://a?", "http://a#", "http://a/?#", "http://a?#",
	"http:///", "http://?q", "http://#f", "x:?", "x:#", "x:?#", "x:/", "x://", "x:///", "x:////a",
	"x:a//b", "x:a/", "http://a//b", "http://a/?a?b", "http://a/#a?b/c", "http://a/?b/c",
	"http://@a", "http://@", "http://:@a", "http://a:", "http://:80", "http://@:80", "http://:",
	"http://a/:", "http://a/@:@", "x:;=", "x:,.!$&'()*+-_~",
};

static const char *const authorities[] = {
	"http://ann@example.org", "http://ann:secret@example.org:80/", "http://a:b:c@example.org",
	"http://a!$&'()*+,;=b@c", "http://%61%3A@c", "http://a%2Fb@c", "http://ex%61mple.org",
	"http://a.b.c.d.", "http://a_b", "http://a~b", "http://a;b", "http://a!$&'()*+,;=",
	"http://192.0.2.1", "http://999.999.999.999", "http://a:0", "http://a:65536",
	"http://a:99999999999999999999", "http://a:080",
};

static const char *const bad_authorities[] = {
	"http://a@b@c", "http://a:80:80", "http://a:b", "http://a:8o", "http://a:-1", "http://a:+1",
	"http://a:%38", "http://a: 80", "http://a b", "http://a\\b", "http://a|b", "http://a^b",
	"http://a<b>", "http://a\"b", "http://a`b", "http://{a}", "http://a[b]", "http://a]", "http://a[",
	"http://a b@c", "http://[a]@c", "http://a/b@c:d[", "http://a\xc3\xa4",
	"http://\xc3\xa4@a", "http://a:8\xc3\xa4",
};

static const char *const addresses[] = {
	"http://[::]", "http://[::1]", "http://[::1]:80", "http://[::1]:", "http://[::1]/",
	"http://[::1]?q", "http://[::1]#f", "http://ann@[::1]:80/a", "http://[2001:db8::7]",
	"http://[2001:DB8::7]", "http://[1:2:3:4:5:6:7:8]", "http://[1:2:3:4:5:6:7::]",
	"http://[::2:3:4:5:6:7:8]", "http://[1::8]", "http://[::ffff:192.0.2.1]",
	"http://[1:2:3:4:5:6:192.0.2.1]", "http://[0001:0002:0003:0004:0005:0006:0007:0008]",
	"http://[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]", "http://[v1.x]", "http://[V1.x]",
	"http://[vF.a:b]", "http://[v1aB.!$&'()*+,;=:-._~]:80",
};

static const char *const bad_addresses[] = {
	"http://[]", "http://[", "http://[::1", "http://::1]", "http://::1", "http://[::1]x",
	"http://[::1]]", "http://[[::1]]", "http://[::1]80", "http://[::1]:x", "http://[::1]:80:80",
	"http://x[::1]", "http://[:]", "http://[:::]", "http://[::1::]", "http://[1:2:3:4:5:6:7]",
	"http://[1:2:3:4:5:6:7:8:9]", "http://[1:2:3:4:5:6:7:8::]", "http://[::12345]",
	"http://[::00001]", "http://[::g]", "http://[::1.2.3]", "http://[::1.2.3.256]",
	"http://[::1.2.3.4.5]", "http://[192.0.2.1]", "http://[::1%25eth0]", "http://[:: 1]",
	"http://[ ::1]", "http://[example.org]", "http://[%3A%3A1]", "http://[::1]@a",
	"http://[v]", "http://[v1]", "http://[v1.]", "http://[v.x]", "http://[v.]", "http://[vg.x]",
	"http://[v1.a/b]", "http://[v1.[]", "http://[v1.a b]", "http://[v1.a@b]", "http://[v1.\xc3\xa4]",
	"http://[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb]",
};

/* RFC 3986 section 3.2.2: no percent sign in the brackets, encoded or not. */
static const char *const encoded_addresses[] = {
	"http://[v%31.x]", "http://[v1.%41]",
};

/* RFC 3986 section 2.1. */
static const char *const encoded[] = {
	"x:%20", "x:%00", "x:%ff", "x:%FF", "x:%aF", "x:a%20b%20c", "http://a/%C3%A4", "http://a/?%20",
	"http://a/#%20", "x:%25zz",
};

static const char *const badly_encoded[] = {
	"x:%", "x:%2", "x:%2g", "x:%g2", "x:%%20", "x:%2 0", "x:a%", "x:a%2", "x:%-1", "x:%\xc3\xa4",
	"http://a/%2", "http://a/%/", "http://a/%2?0", "http://a/?%", "http://a/?%2", "http://a/?%2#0",
	"http://a/#%", "http://a/#%zz", "http://%@a", "http://%2@a", "http://a%", "http://a%2",
	"http://a%2:0", "http://a%zz/",
};

static const char *const bad_rests[] = {
	"foo:bar baz", "http://a/b c", "http://a/ ", "http://a/\t", "http://a/\n", "http://a/\r\n",
	"http://a/\x7f", "http://a/\x01", "http://a/<b>", "http://a/\"b\"", "http://a/\\b", "http://a/b|c",
	"http://a/b^c", "http://a/`b`", "http://a/{b}", "http://a/[b]", "http://a/?a b", "http://a/?[b]",
	"http://a/?{b}", "http://a/?\\", "http://a/#a b", "http://a/#b#c", "http://a/##", "http://a/#[b]",
	"x:[", "x:]", "x: ", "x:a b", "x:{", "x:|", "mailto:<ann@example.org>", "x:\"", "x:##",
};

/* An internationalised identifier (RFC 3987) is no URI. */
static const char *const beyond_ascii[] = {
	"x:\xc3\xa4", "http://a/\xc3\xa4", "http://a/?\xc3\xa4", "http://a/#\xc3\xa4",
	"http://b\xc3\xbc" "cher.example/", "urn:\xe6\x97\xa5", "x:\xff", "x:\x80",
	"http://a/\xf0\x9f\x90\x98",
};

static void
test_zeros(void)
{
	CHECK(ACCEPTS_LITERAL("a\0b"), "a zero may stand in a text without a colon");
	CHECK(!ACCEPTS_LITERAL("x:\0"), "but in no path");
	CHECK(!ACCEPTS_LITERAL("x\0:a"), "nor in a scheme");
	CHECK(!ACCEPTS_LITERAL("\0x:a"), "nor in front of it");
	CHECK(!ACCEPTS_LITERAL("http://a\0b/"), "nor in a host");
	CHECK(!ACCEPTS_LITERAL("http://a:8\0/"), "nor in a port");
	CHECK(!ACCEPTS_LITERAL("http://a/?\0"), "nor in a query");
	CHECK(!ACCEPTS_LITERAL("http://a/#\0"), "nor in a fragment");
	CHECK(!ACCEPTS_LITERAL("x:%\0" "0"), "nor in an encoded byte");
	CHECK(!ACCEPTS_LITERAL("http://[::1\0]"), "nor in an address");
	CHECK(accepts(slice_make(NULL, 0)), "no bytes at all are an empty text");
}

/* A colon anywhere asks for a URI. */
static void
test_colon(void)
{
	CHECK(accepts(slice_cstring("my app")), "a text with a space is accepted");
	CHECK(!accepts(slice_cstring("my app:")), "until a colon follows it");
	CHECK(!accepts(slice_cstring(":my app")), "or goes before it");
	CHECK(!accepts(slice_cstring("my: app")), "or stands in the middle");
	CHECK(accepts(slice_cstring("my\xef\xbc\x9a" "app")), "a colon beyond ASCII is none");
}

/* Of all bytes, exactly the grammar's stand for themselves in a path. */
static void
test_every_byte(void)
{
	static const char path[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/";
	int			mistakes = 0;

	for (int c = 1; c < 256; c++)
	{
		char		text[] = "x:a?/#";
		bool		opens = c == '?' || c == '#';

		text[2] = (char) c;
		mistakes += accepts(slice_make(text, 3)) != (opens || strchr(path, c) != NULL);
		text[2] = 'a';
		text[4] = (char) c;
		mistakes += accepts(slice_make(text, 5)) != (opens || strchr(path, c) != NULL);
		text[4] = '#';
		text[5] = (char) c;
		mistakes += accepts(slice_make(text, 6)) != (c == '?' || strchr(path, c) != NULL);
	}
	CHECK(mistakes == 0, "no other byte stands for itself in path, query or fragment");
}

static void
test_length(void)
{
	CHECK(accepts(sample_join(slice_cstring("x:"), sample_repeat("/a", 500000))),
		  "a path of a megabyte is accepted");
	CHECK(!accepts(sample_join(slice_cstring("http://["), sample_repeat(":", 100000))),
		  "an address of any length is judged");
	CHECK(!accepts(sample_join(sample_join(slice_cstring("http://["), sample_repeat("0", 100000)),
							   slice_cstring("::1]"))), "even if its brackets close");
}

int
main(void)
{
	CHECK_ACCEPTED(arbitrary, "text without a colon");
	CHECK_ACCEPTED(published, "an example of RFC 3986");
	CHECK_ACCEPTED(usual, "an issuer as people have them");
	CHECK_REFUSED(schemes, "what has no scheme");
	CHECK_ACCEPTED(parts, "an empty part");
	CHECK_ACCEPTED(authorities, "an authority");
	CHECK_REFUSED(bad_authorities, "what is no authority");
	CHECK_ACCEPTED(addresses, "an address in brackets");
	CHECK_REFUSED(bad_addresses, "what is no address");
	CHECK_REFUSED(encoded_addresses, "an encoded byte in brackets");
	CHECK_ACCEPTED(encoded, "an encoded byte");
	CHECK_REFUSED(badly_encoded, "half an encoded byte");
	CHECK_REFUSED(bad_rests, "what is no path, query or fragment");
	CHECK_REFUSED(beyond_ascii, "a URI beyond ASCII");
	test_zeros();
	test_colon();
	test_every_byte();
	test_length();
	return check_done();
}
