# herm_jwt: make, make install, make installcheck. script/test runs everything.
EXTENSION = herm_jwt
MODULE_big = herm_jwt
VERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" herm_jwt.control)
DATA = $(wildcard extension/*--*.sql)
OBJS = $(patsubst %.c,%.o,$(wildcard src/*.c src/*/*.c))
REGRESS = $(patsubst sql/%.sql,%,$(wildcard sql/*.sql))
REGRESS_OPTS = --inputdir=. --encoding=UTF8 --no-locale

PG_CONFIG ?= pg_config
# the server's headers are not ours to warn about; src/ alone is the root of includes
PG_CPPFLAGS = -isystem $(shell $(PG_CONFIG) --includedir-server) -I$(srcdir)/src
PG_CFLAGS = -std=gnu11 -Wall -Wextra -fvisibility=hidden $(WERROR)
SHLIB_LINK = -lcrypto
EXTRA_CLEAN = results regression.diffs regression.out

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(OBJS) $(OBJS:.o=.bc): $(wildcard src/*.h src/*/*.h)

# the program beside the library: libcurl stays out of the server
all install uninstall clean: %: %-fetcher
install-fetcher: all-fetcher
all-fetcher install-fetcher uninstall-fetcher clean-fetcher: %-fetcher:
	$(MAKE) -C fetcher $* PG_CONFIG='$(PG_CONFIG)'

dist:
	git archive --prefix=herm_jwt-$(VERSION)/ -o herm_jwt-$(VERSION).zip HEAD
.PHONY: dist all-fetcher install-fetcher uninstall-fetcher clean-fetcher
