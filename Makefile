# brkview: see CONTRIBUTING for the targets. `make help` lists them.
# pkg-config runs inside recipes, so that `make deps` works before it is installed.

VERSION   := 0.1.0
PREFIX    ?= /usr/local
DESTDIR   ?=
bindir     = $(PREFIX)/bin
libexecdir = $(PREFIX)/libexec/brkview
datadir    = $(PREFIX)/share/brkview
mandir     = $(PREFIX)/share/man
includedir = $(PREFIX)/include
bashcompdir = $(PREFIX)/share/bash-completion/completions
zshcompdir = $(PREFIX)/share/zsh/$(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)
fishcompdir = $(PREFIX)/share/fish/vendor_completions.d

CC        ?= cc
BUILD     ?= build
ifneq ($(words $(BUILD)),1)
$(error BUILD is "$(BUILD)"; expected one folder's name without blanks)
endif
WERROR    ?=
SANITIZE  ?=
CFLAGS    ?= -O2 -g
V         ?= 0
Q          = $(if $(filter 0,$(V)),@echo "  $(@:$(BUILD)/%=%)";)
WARNINGS   = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes $(WERROR)
# Paths may hold blanks and quotes: one word of the shell, and a string of C. BUILD alone may not, for make's own lists are parted by blanks.
quoted     = '$(subst ','\'',$(1))'
string     = "$(subst ",\",$(subst \,\\,$(1)))"
CPPFLAGS_ALL = -D_GNU_SOURCE -DBRKVIEW_VERSION='"$(VERSION)"' -I. $(CPPFLAGS)
PLACES     = -DBRKVIEW_LIBEXECDIR=$(call quoted,$(call string,$(libexecdir))) -DBRKVIEW_DATADIR=$(call quoted,$(call string,$(datadir)))
CFLAGS_ALL = -std=c11 $(WARNINGS) $(CFLAGS) $(SANITIZE) -MMD -MP

PKGS_RUN   = ncursesw readline jansson cairo libdw libelf
PKGS_TEST  = cmocka vterm

# $(call below,FOLDER,PATTERNS): the files below it, at any depth.
below = $(sort $(foreach f,$(wildcard $(1)/*),$(filter $(2),$(f)) $(call below,$(f),$(2))))
# The viewer links FORMAT; ALLOCATOR runs inside targets; allocator/target/ is what is made of it, a program or library a file.
FORMAT    := $(call below,allocator/format,%.c)
ALLOCATOR := $(filter-out allocator/format/% allocator/target/%,$(call below,allocator,%.c))
VIZ       := $(call below,viz,%.c)
# cli/teach/lessons/class.c is a program of its own, which a lesson starts.
CLI       := $(filter-out cli/main.c cli/teach/lessons/%,$(call below,cli,%.c))
# So are mm-*.c, the allocators of another: libraries.
MM_SOURCES := $(sort $(wildcard cli/teach/lessons/mm-*.c))
MM_NAMES  := $(patsubst cli/teach/lessons/%.c,%.so,$(MM_SOURCES))
UNITS     := $(sort $(wildcard tests/unit/test_*.c))
TERMINAL  := $(sort $(wildcard tests/terminal/test_*.c))
FUZZERS   := $(sort $(wildcard tests/fuzz/fuzz_*.c))
SUPPORT   := $(sort $(wildcard tests/support/*.c))

obj = $(patsubst %.c,$(BUILD)/%.o,$(1))
MM        = $(MM_NAMES:%=$(BUILD)/%)
UNIT_BIN     = $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(UNITS))
TERMINAL_BIN = $(patsubst tests/terminal/%.c,$(BUILD)/tests/%,$(TERMINAL))
REPLAY_BIN   = $(patsubst tests/fuzz/fuzz_%.c,$(BUILD)/tests/replay_%,$(FUZZERS))

.PHONY: all
all: brkview brkview-target brkview-class brkview-own brkview-target-own $(BUILD)/own32 $(MM_NAMES) $(BUILD)/lessons/stamp

brkview: $(BUILD)/brkview $(BUILD)/own32
	@cp -f $< $@
	@if [ -f $(BUILD)/brkview-own32 ]; then cp -f $(BUILD)/brkview-own32 .; else rm -f brkview-own32; fi
brkview-target: $(BUILD)/brkview-target
	@cp -f $< $@
brkview-class: $(BUILD)/brkview-class
	@cp -f $< $@
brkview-own brkview-target-own $(MM_NAMES): %: $(BUILD)/%
	@cp -f $< $@

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CPPFLAGS_OWN) $$(pkg-config --cflags $(PKGS_RUN)) $(CFLAGS_ALL) -c -o $@ $<

# The page's script and style as lists of lines in C, and the hash by which the page allows the script.
PAGE_INC = $(BUILD)/viz/face_html_js.inc $(BUILD)/viz/face_html_css.inc $(BUILD)/viz/face_html_hash.inc
$(BUILD)/viz/face_html_%.inc: viz/face_html.%
	@mkdir -p $(@D)
	$(Q)sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/"&\\n",/' $< > $@
$(BUILD)/viz/face_html_hash.inc: viz/face_html.js
	@mkdir -p $(@D)
	$(Q)printf '"%s"\n' "$$(env printf "$$(sha256sum $< | cut -c 1-64 | sed 's/../\\x&/g')" | base64)" > $@
$(BUILD)/viz/face_html.o: $(PAGE_INC)
$(BUILD)/viz/face_html.o: private CPPFLAGS_OWN = -I$(BUILD)/viz

# What mm.c may include, as one string of C.
BRKVIEW_H_INC = $(BUILD)/cli/score/brkview_h.inc
$(BRKVIEW_H_INC): allocator/format/brkview.h
	@mkdir -p $(@D)
	$(Q)sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/"&\\n"/' $< > $@
$(BUILD)/cli/score/headers.o: $(BRKVIEW_H_INC)
$(BUILD)/cli/score/headers.o: private CPPFLAGS_OWN = -I$(BUILD)/cli/score

# Rebuild everything when the flags change.
FLAGS = $(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS)
$(BUILD)/flags: private HOLDS = $(FLAGS)
# Two files know where things will stand once installed: another PREFIX builds no more than them anew.
PLACED = $(BUILD)/cli/source/beside.o $(BUILD)/cli/teach/lesson_shelf.o
$(PLACED): $(BUILD)/places
$(PLACED): private CPPFLAGS_OWN = $(PLACES)
$(BUILD)/places: private HOLDS = $(PLACES)
$(BUILD)/flags $(BUILD)/places: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(call quoted,$(HOLDS)) | cmp -s - $@ || printf '%s\n' $(call quoted,$(HOLDS)) > $@
.PHONY: FORCE
FORCE:

$(BUILD)/libformat.a: $(call obj,$(FORMAT))
$(BUILD)/liballocator.a: $(call obj,$(ALLOCATOR))
$(BUILD)/libviz.a: $(call obj,$(VIZ))
$(BUILD)/libcli.a: $(call obj,$(CLI))
$(BUILD)/libsupport.a: $(call obj,$(SUPPORT))
$(BUILD)/%.a:
	@rm -f $@
	$(Q)ar rcs $@ $^

LIBS_VIEWER = $(BUILD)/libcli.a $(BUILD)/libviz.a $(BUILD)/libformat.a
# A test may run the allocator in its own process.
LIBS_ALL = $(BUILD)/libcli.a $(BUILD)/libviz.a $(BUILD)/liballocator.a $(BUILD)/libformat.a

$(BUILD)/brkview: $(call obj,cli/main.c) $(LIBS_VIEWER)
	$(Q)$(CC) $(SANITIZE) $(CFLAGS_LINK) $(LDFLAGS) -o $@ $^ $$(pkg-config --libs $(PKGS_RUN))

# What runs our allocator in a process of its own: $(call inside,KIND,FLAGS) compiles it so, BUILD/KIND/parts.a is all of it. It is never
# sanitized, for those runtimes move brk themselves. It is linked from an archive, so that what the viewer alone runs (the walk, the checker)
# takes no room in it.
define inside
$(BUILD)/$(1)/%.o: %.c $(BUILD)/flags
	@mkdir -p $$(@D)
	$$(Q)$$(CC) -D_GNU_SOURCE -I. -std=c11 $$(WARNINGS) -O2 -g $(2) -fno-builtin-malloc -MMD -MP -c -o $$@ $$<
$(BUILD)/$(1)/parts.a: $$(patsubst %.c,$(BUILD)/$(1)/%.o,$$(ALLOCATOR) $$(FORMAT))
endef
# A target: dynamic and not position-independent. $(call target,NAME,ITS OWN SOURCES). target.ld pins where it lies, so that another compiler or
# linker does not move the picture; target-pins reads what came of it.
TARGET_LINK = -no-pie -Wl,-z,noexecstack -Wl,-z,now -Wl,-T,allocator/target/target.ld
define target
$(BUILD)/$(1): $$(patsubst %.c,$(BUILD)/target/%.o,$(2)) $(BUILD)/target/parts.a allocator/target/target.ld allocator/target/target-pins
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(TARGET_LINK) -o $$@.new $$(filter %.o %.a,$$^) $(3) && allocator/target/target-pins $$@.new && mv $$@.new $$@
endef
# A library to be loaded before a program: $(call preload,NAME,ITS OWN SOURCES).
define preload
$(BUILD)/$(1): $$(patsubst %.c,$(BUILD)/preload/%.o,$(2)) $(BUILD)/preload/parts.a
	$$(Q)$$(CC) -shared -Wl,-z,noexecstack -Wl,-z,now -o $$@ $$(filter %.o %.a,$$^) $(3)
endef
$(eval $(call inside,target,-fno-pie))
$(eval $(call inside,preload,-fPIC))
LAB = allocator/target/lab.c allocator/target/lab_play.c allocator/target/lab_check.c allocator/target/lab_copy.c allocator/target/lab_main.c
$(eval $(call target,brkview-target,$(LAB)))
# With a format and a policy more, which the tests bring: their tables stand in the places of ours.
TOY_BOTH = tests/toy/policies.c tests/toy/block_buddy.c
TOY_VIEWER = $(TOY_BOTH) tests/toy/formats.c tests/toy/format_buddy.c
$(eval $(call target,toy/brkview-target,$(LAB) $(TOY_BOTH) tests/toy/policy_table.c tests/toy/policy_buddy.c))
$(BUILD)/toy/brkview: $(call obj,cli/main.c $(TOY_VIEWER)) $(LIBS_VIEWER)
	@mkdir -p $(@D)
	$(Q)$(CC) $(SANITIZE) $(CFLAGS_LINK) $(LDFLAGS) -o $@ $^ $$(pkg-config --libs $(PKGS_RUN))

# What runs a stranger's allocator on a trace: it exports the labs' memlib, and its heap is a mapping of its own.
OWN := $(filter-out allocator/target/own_lab%.c,$(wildcard allocator/target/own*.c))
$(BUILD)/brkview-own: $(patsubst %.c,$(BUILD)/target/%.o,$(OWN)) allocator/target/own.syms
	$(Q)$(CC) -no-pie -Wl,-z,noexecstack -Wl,-z,relro -Wl,-z,now -Wl,--dynamic-list=allocator/target/own.syms -o $@ $(filter %.o,$^) -ldl

# The same of 32 bits (--m32), where $(CC) -m32 links; M32=no: not even there. BUILD/m32 holds with which compiler it did, which is asked no more;
# the program is made or is not when BUILD/own32 is.
M32 ?= yes
$(BUILD)/m32: FORCE
	@mkdir -p $(@D)
	@[ "$$(cat $@ 2>/dev/null)" = $(call quoted,$(M32) $(CC)) ] || { \
	    links=no; [ $(M32) = no ] || ! echo 'int main(void) { return 0; }' | $(CC) -m32 -x c - -o $@.out -ldl 2>/dev/null || links=$(call quoted,$(M32) $(CC)); \
	    [ "$$(cat $@ 2>/dev/null)" = "$$links" ] || echo "$$links" > $@; rm -f $@.out; }
$(BUILD)/own32: $(BUILD)/m32 $(OWN) $(wildcard allocator/target/own*.h) $(wildcard allocator/format/*.h) allocator/target/own.syms $(BUILD)/flags
	$(Q)rm -f $(BUILD)/brkview-own32; [ "$$(cat $<)" = no ] || $(CC) -m32 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -I. -std=c11 $(WARNINGS) -O2 -g -fno-pie -fno-builtin-malloc -no-pie \
	    -Wl,-z,noexecstack -Wl,-z,relro -Wl,-z,now -Wl,--dynamic-list=allocator/target/own.syms -o $(BUILD)/brkview-own32 $(OWN) -ldl
	@touch $@

# The lab with a stranger's allocator in it: the same memlib over the process's own break. bss lies at one place, so that the heap does, below 4 GiB.
OWN_LAB = allocator/target/lab.c allocator/target/lab_play.c allocator/target/lab_check.c allocator/target/lab_copy.c $(patsubst %,allocator/target/own_%.c,lab lab_pages load memlib cage trap)
$(BUILD)/brkview-target-own: $(patsubst %.c,$(BUILD)/target/%.o,$(OWN_LAB)) $(BUILD)/target/parts.a allocator/target/own.syms
	$(Q)$(CC) -no-pie -Wl,-z,noexecstack -Wl,-z,relro -Wl,-z,now -Wl,-Tbss=0x420000 -Wl,--dynamic-list=allocator/target/own.syms -o $@ $(filter %.o %.a,$^) -ldl

# The program that a lesson watches, as a stranger would compile it; never sanitized, for its heap is to be glibc's own.
$(BUILD)/brkview-class: cli/teach/lessons/class.c $(BUILD)/flags
	$(Q)$(CC) -D_GNU_SOURCE -std=c11 $(WARNINGS) -O2 -g -no-pie -Wl,-z,relro -Wl,-z,now -o $@ $<

# The allocators of lesson 12, as brkview score would make them.
$(MM): $(BUILD)/%.so: cli/teach/lessons/%.c cli/teach/lessons/mm-tags.h $(BUILD)/flags
	$(Q)$(CC) -g -Wall -O2 -shared -fPIC -o $@ $<
$(patsubst $(BUILD)/%,$(BUILD)/tests/%,$(MM)): $(BUILD)/tests/%: $(BUILD)/%
	@mkdir -p $(@D)
	@cp -f $< $@

# The lessons stand beside the executable, and beside the tests that are one.
LESSONS := $(sort $(wildcard cli/teach/lessons/*.lesson))
$(BUILD)/lessons/stamp $(BUILD)/tests/lessons/stamp: $(LESSONS)
	@rm -rf $(@D) && mkdir -p $(@D) && cp -f $(LESSONS) $(@D) && touch $@

# ── Tests. Each program and script speaks TAP; tests/run adds them up. ──

TESTLINK = $(CC) $(SANITIZE) $(CFLAGS_LINK) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $$(pkg-config --libs $(PKGS_RUN) $(PKGS_TEST)) -lutil

$(BUILD)/tests/test_%: $(BUILD)/tests/unit/test_%.o $(BUILD)/libsupport.a $(LIBS_ALL)
	@mkdir -p $(@D)
	$(Q)$(TESTLINK)
$(BUILD)/tests/test_%: $(BUILD)/tests/terminal/test_%.o $(BUILD)/libsupport.a $(LIBS_ALL)
	@mkdir -p $(@D)
	$(Q)$(TESTLINK)
# A fuzzer's function, driven over the files of its corpus by an ordinary main.
$(BUILD)/tests/replay_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/replay.o $(BUILD)/libsupport.a $(LIBS_ALL)
	@mkdir -p $(@D)
	$(Q)$(TESTLINK)
$(BUILD)/bench/%: $(BUILD)/tests/bench/%.o $(BUILD)/libsupport.a $(LIBS_ALL)
	@mkdir -p $(@D)
	$(Q)$(TESTLINK)
# The n-th allocation fails; in the second the program's own main runs, for a test stands in its place.
STARVED = malloc calloc realloc strdup strndup open_memstream fopen fdopen realpath asprintf vasprintf
WRAPPED = $(patsubst %,-Wl$(COMMA)--wrap=%,$(1))
$(BUILD)/tests/test_no_memory $(BUILD)/tests/test_no_memory_parts $(BUILD)/tests/test_no_memory_score: private LDFLAGS += $(call WRAPPED,$(STARVED))
$(BUILD)/tests/test_no_memory_process: private LDFLAGS += $(call WRAPPED,$(STARVED) reallocarray)
$(BUILD)/tests/test_no_memory_main: private LDFLAGS += $(call WRAPPED,$(STARVED) main)
$(BUILD)/tests/test_no_memory_main: $(call obj,cli/main.c)
COMMA := ,
# What brkview-own keeps of payloads, beside a model.
$(BUILD)/tests/test_own_ranges: $(patsubst %,$(BUILD)/allocator/target/%.o,own_ranges own_edges own_treap)
# The same allocators as brkview-own runs, in a loop of the bench's own: it gives them memlib.
$(BUILD)/bench/bench_score: $(BUILD)/allocator/target/own_memory.o $(BUILD)/allocator/target/own_memlib.o
$(BUILD)/bench/bench_score: private LDFLAGS += -Wl,--dynamic-list=allocator/target/own.syms
# Its passes are measured by what the processor did, whatever else runs beside the bench.
$(BUILD)/bench/brkview-own: private CPPFLAGS_OWN = -DOWN_CLOCK=CLOCK_THREAD_CPUTIME_ID
$(BUILD)/bench/brkview-own: $(OWN) allocator/target/own.syms $(BUILD)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CPPFLAGS_OWN) -std=c11 $(WARNINGS) $(CFLAGS) -no-pie -Wl,-z,noexecstack -Wl,-z,relro -Wl,-z,now -Wl,--dynamic-list=allocator/target/own.syms -o $@ $(filter %.c,$^) -ldl
# Programs that tests look at from outside; never sanitized, for their heaps are to be glibc's own.
$(BUILD)/tests/heapwork $(BUILD)/tests/churn: $(BUILD)/tests/%: tests/fixtures/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) -D_GNU_SOURCE -std=c11 $(WARNINGS) -O2 -g -o $@ $< -pthread
# The target stands beside whatever starts it.
$(BUILD)/tests/brkview-target $(BUILD)/bench/brkview-target: $(BUILD)/brkview-target
	@mkdir -p $(@D)
	@cp -f $< $@
$(BUILD)/tests/brkview-class $(BUILD)/tests/brkview-own $(BUILD)/tests/brkview-target-own: $(BUILD)/tests/%: $(BUILD)/%
	@mkdir -p $(@D)
	@cp -f $< $@
$(BUILD)/bench/brkview-target-own: $(BUILD)/bench/%: $(BUILD)/%
	@mkdir -p $(@D)
	@cp -f $< $@

RUN_WITH = BRKVIEW=$(call quoted,$(CURDIR)/$(BUILD)/brkview) CC=$(call quoted,$(CC))
TESTS = $(UNIT_BIN) $(TERMINAL_BIN) $(REPLAY_BIN) $(BUILD)/tests/brkview-target $(BUILD)/tests/brkview-class $(BUILD)/tests/brkview-own $(BUILD)/tests/brkview-target-own $(MM_NAMES:%=$(BUILD)/tests/%) $(BUILD)/tests/heapwork $(BUILD)/tests/churn $(BUILD)/tests/lessons/stamp $(BUILD)/toy/brkview $(BUILD)/toy/brkview-target $(BUILD)/keep
# What tests/run runs everything by; never sanitized, for it is no part of what is tested.
$(BUILD)/keep: tests/keep/keep.c $(BUILD)/flags
	$(Q)$(CC) -D_GNU_SOURCE -std=c11 $(WARNINGS) -O2 -g -o $@ $<
SCRIPTS = $(sort $(wildcard tests/scripts/*.sh))

.PHONY: check check-build check-long check-asan check-ubsan check-valgrind check-layers
check-build: all $(BUILD)/brkview.1 $(TESTS)
check: check-build
	@$(RUN_WITH) tests/run $(BUILD) $(UNIT_BIN) $(TERMINAL_BIN) $(REPLAY_BIN) $(SCRIPTS) tests/layers

# Random sessions of 100,000 operations for every combination of switches: about 30 minutes. The long ones first.
LONG = $(patsubst %,$(BUILD)/long/test_model_%,first_fit next_fit best_fit worst_fit header bump)
$(BUILD)/long/test_model_%: $(BUILD)/tests/test_model
	@mkdir -p $(@D) && cp -f $< $@
check-long: $(LONG) $(BUILD)/keep
	@BRKVIEW_LONG=1 TEST_SECONDS=7200 tests/run $(BUILD) $(LONG)

# A program without rest, looked at for SOAK_SECONDS (1200); and real programs, as far as they are there.
.PHONY: check-soak check-programs
check-soak check-programs: check-build
	@$(RUN_WITH) TEST_SECONDS=7200 tests/run $(BUILD) $(patsubst check-%,tests/stress/%,$@)

check-layers: all $(LIBS_ALL) $(BUILD)/keep
	@tests/run $(BUILD) tests/layers

# The viewer and the tests are sanitized, the target is not: sanitizer runtimes move brk. Its code runs inside the tests.
check-asan:
	+$(MAKE) BUILD=build-asan CFLAGS='-O1 -g -fno-omit-frame-pointer' SANITIZE='-fsanitize=address' check-inner
check-ubsan:
	+$(MAKE) BUILD=build-ubsan CFLAGS='-O1 -g' SANITIZE='-fsanitize=undefined -fno-sanitize-recover=all' check-inner
# readline compares two screen lines by a memcmp that may say more bytes than the shorter has; they differ before: what is read is judged.
.PHONY: check-inner
check-inner: $(BUILD)/brkview $(BUILD)/brkview-target $(BUILD)/brkview-class $(BUILD)/brkview-own $(BUILD)/brkview-target-own $(BUILD)/own32 $(MM) $(BUILD)/lessons/stamp $(TESTS)
	@$(RUN_WITH) TEST_SECONDS=1800 ASAN_OPTIONS=detect_leaks=1:strict_memcmp=0 \
	    LSAN_OPTIONS=$(call quoted,suppressions="$(CURDIR)/tests/support/leaks":print_suppressions=0) tests/run $(BUILD) $(UNIT_BIN) $(TERMINAL_BIN) $(REPLAY_BIN) $(SCRIPTS)
# There, a child that a test starts is valgrind's own process: tests of what a process has mapped, and of who holds it, say nothing.
NOT_UNDER_VALGRIND = $(addprefix $(BUILD)/tests/,test_hold test_process test_refusal)
check-valgrind: check-build
	@VALGRIND='valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --suppressions=tests/support/leaks.valgrind' BRKVIEW_QUICK=1 TEST_SECONDS=1800 \
	    tests/run $(BUILD) $(filter-out $(NOT_UNDER_VALGRIND),$(UNIT_BIN)) $(REPLAY_BIN)
	@echo "not under valgrind: $(notdir $(NOT_UNDER_VALGRIND))"

# Two threads that nobody leads: ThreadSanitizer must report the race with the lock off, and nothing with it on.
.PHONY: check-tsan check-tsan-inner
check-tsan:
	+$(MAKE) BUILD=build-tsan CFLAGS='-O1 -g' SANITIZE='-fsanitize=thread' check-tsan-inner
check-tsan-inner: $(BUILD)/stress/stress_lock $(BUILD)/tests/test_race $(BUILD)/tests/brkview-target $(BUILD)/keep
	@tests/run $(BUILD) tests/stress/run $(BUILD)/tests/test_race
$(BUILD)/stress/%: $(BUILD)/tests/stress/%.o $(BUILD)/libsupport.a $(BUILD)/liballocator.a $(BUILD)/libformat.a
	@mkdir -p $(@D)
	$(Q)$(TESTLINK)

# Every fuzzer for FUZZ_SECONDS, with clang's libFuzzer under ASan and UBSan, starting from its corpus.
FUZZ_SECONDS ?= 600
FUZZ_FLAGS = -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
.PHONY: fuzz
fuzz:
	+$(MAKE) BUILD=build-fuzz CC=clang CFLAGS='-O1 -g' SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' fuzz-build
	@tests/fuzz/run build-fuzz $(FUZZ_SECONDS) $(patsubst tests/fuzz/fuzz_%.c,%,$(FUZZERS))
.PHONY: fuzz-build
fuzz-build: $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(FUZZERS)) $(BUILD)/fuzz/brkview-target
$(BUILD)/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/libsupport.a $(LIBS_ALL)
	@mkdir -p $(@D)
	$(Q)$(CC) $(FUZZ_FLAGS) -o $@ $^ $$(pkg-config --libs $(PKGS_RUN) $(PKGS_TEST))
$(BUILD)/fuzz/brkview-target: $(BUILD)/brkview-target
	@mkdir -p $(@D)
	@cp -f $< $@

# Changes made at random in a copy of the tree: each must be noticed by a unit. N of them, and the seed.
N ?= 20
SEED ?= 1
.PHONY: check-mutants
check-mutants:
	@CC='$(CC)' tests/mutants $(N) $(SEED)

# A test whose files may not grow can't keep its counts either, and says nothing of it.
.PHONY: coverage
coverage:
	rm -rf build-cov
	+GCOV_ERROR_FILE=/dev/null $(MAKE) BUILD=build-cov CFLAGS='-O0 -g --coverage' CFLAGS_LINK=--coverage check-inner
	@tests/coverage build-cov

BENCHES = $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(sort $(wildcard tests/bench/bench_*.c)))
.PHONY: bench
bench: $(BUILD)/brkview $(BUILD)/brkview-target $(BENCHES) $(BUILD)/bench/brkview-target $(BUILD)/bench/brkview-own $(BUILD)/bench/brkview-target-own
	@for b in $(BENCHES); do $(RUN_WITH) BENCH_DIR=$(BUILD)/bench $$b || exit 1; done

# The page of `export FILE.html` in a real browser. It brings what it needs; `make check` needs none of it.
DEPS_WEB = chromium nodejs
.PHONY: check-web
check-web: $(BUILD)/brkview $(BUILD)/brkview-target $(BUILD)/keep
	+@$(MAKE) --no-print-directory DEPS='$(if $(shell command -v node),$(filter-out nodejs,$(DEPS_WEB)),$(DEPS_WEB))' deps
	@$(RUN_WITH) tests/run $(BUILD) tests/web/page.mjs

# The README's two commands on a bare Debian, as FRESH_ROOMS (root, user, blanks, next). It brings debootstrap.
FRESH_ROOMS ?=
.PHONY: check-fresh
check-fresh:
	@BRKVIEW_BUILD=$(BUILD) tests/fresh/run $(FRESH_ROOMS)

# The README's pictures, drawn by brkview itself.
PICTURE = alloc 64 as node; alloc 32; alloc 100; free 2; alloc 24; alloc 200; alloc 48; free 3
.PHONY: pictures
pictures: $(BUILD)/brkview $(BUILD)/brkview-target $(BUILD)/brkview-class
	$(BUILD)/brkview --theme dark -e '$(PICTURE); export cli/pictures/lab-dark.svg 100x30' >/dev/null
	$(BUILD)/brkview --theme light -e '$(PICTURE); export cli/pictures/lab-light.svg 100x30' >/dev/null
	cli/pictures/real $(BUILD)

# ── Code ──

SOURCES = $(foreach f,allocator viz cli tests,$(call below,$(f),%.c %.h))
.PHONY: format format-check lint
format:
	clang-format -i $(SOURCES)
format-check:
	clang-format --dry-run -Werror $(SOURCES)
lint: $(PAGE_INC) $(BRKVIEW_H_INC)
	clang-tidy --quiet $(filter allocator/% viz/% cli/%,$(filter %.c,$(SOURCES))) -- $(CPPFLAGS_ALL) $(PLACES) -I$(BUILD)/viz -I$(BUILD)/cli/score -std=c11 $$(pkg-config --cflags $(PKGS_RUN))

# ── Machine ──

# What is missing is installed; sudo is used only by who is not root, and only for what is missing. With `run` and no more among the
# goals, only what running needs.
DEPS_RUN = gcc make pkg-config libncurses-dev libreadline-dev libjansson-dev libcairo2-dev libdw-dev
DEPS_TEST = libcmocka-dev libvterm-dev locales mandoc musl-tools poppler-utils
DEPS = $(DEPS_RUN) $(if $(filter-out deps run all install,$(MAKECMDGOALS)),$(DEPS_TEST),$(if $(filter run,$(MAKECMDGOALS)),,$(DEPS_TEST)))
.PHONY: deps
deps:
	@missing=; for p in $(DEPS); do \
	    dpkg-query -W -f '$${db:Status-Status}\n' $$p 2>/dev/null | grep -qx installed || missing="$$missing $$p"; done; \
	if [ -z "$$missing" ]; then echo "deps: nothing is missing"; exit 0; fi; \
	echo "deps: installing$$missing"; \
	as_root=; [ "$$(id -u)" = 0 ] || as_root=sudo; \
	$$as_root apt-get update -qq && $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null

# With deps among the goals, everything else waits for it.
ifneq ($(filter deps,$(MAKECMDGOALS)),)
ifneq ($(filter-out deps,$(MAKECMDGOALS)),)
$(filter-out deps,$(MAKECMDGOALS)): deps
$(BUILD)/flags: | deps
endif
endif

DEMO = alloc 64; alloc 32; alloc 16; free 2; blocks; alloc 24; free 3; free 1; free 4; stats
.PHONY: run
run: all
	@if [ -t 0 ] && [ -t 1 ]; then ./brkview; else ./brkview -e '$(DEMO)'; fi

$(BUILD)/brkview.1: cli/brkview.1.in cli/manual $(BUILD)/brkview $(BUILD)/brkview-target
	$(Q)cli/manual $(BUILD)/brkview < $< > $@.new && mv $@.new $@

.PHONY: install uninstall
# $(call placed,DIRECTORY): where it stands while it is put together, as one word of the shell.
placed = $(call quoted,$(DESTDIR)$(1))
install: $(BUILD)/brkview $(BUILD)/brkview-target $(BUILD)/brkview-class $(BUILD)/brkview-own $(BUILD)/brkview-target-own $(BUILD)/own32 $(MM) $(BUILD)/brkview.1
	install -D -m 755 $(BUILD)/brkview $(call placed,$(bindir))/brkview
	install -D -m 755 $(BUILD)/brkview-target $(call placed,$(libexecdir))/brkview-target
	install -D -m 755 $(BUILD)/brkview-class $(call placed,$(libexecdir))/brkview-class
	install -D -m 755 $(BUILD)/brkview-own $(call placed,$(libexecdir))/brkview-own
	install -D -m 755 $(BUILD)/brkview-target-own $(call placed,$(libexecdir))/brkview-target-own
	if [ -f $(BUILD)/brkview-own32 ]; then install -D -m 755 $(BUILD)/brkview-own32 $(call placed,$(libexecdir))/brkview-own32; fi
	install -m 755 $(MM) $(call placed,$(libexecdir))
	install -D -m 644 allocator/format/brkview.h $(call placed,$(includedir))/brkview.h
	install -D -m 644 $(BUILD)/brkview.1 $(call placed,$(mandir))/man1/brkview.1
	install -D -m 644 cli/brkview.bash $(call placed,$(bashcompdir))/brkview
	install -D -m 644 cli/brkview.zsh $(call placed,$(zshcompdir))/_brkview
	install -D -m 644 cli/brkview.fish $(call placed,$(fishcompdir))/brkview.fish
	install -d $(call placed,$(datadir))/lessons
	install -m 644 $(LESSONS) cli/teach/lessons/class.c $(MM_SOURCES) cli/teach/lessons/mm-tags.h $(call placed,$(datadir))/lessons
uninstall:
	rm -f $(call placed,$(bindir))/brkview $(call placed,$(libexecdir))/brkview-target $(call placed,$(libexecdir))/brkview-class $(call placed,$(libexecdir))/brkview-own $(call placed,$(libexecdir))/brkview-target-own $(call placed,$(libexecdir))/brkview-own32 \
	    $(call placed,$(includedir))/brkview.h $(call placed,$(mandir))/man1/brkview.1 $(call placed,$(bashcompdir))/brkview \
	    $(call placed,$(zshcompdir))/_brkview $(call placed,$(fishcompdir))/brkview.fish
	for library in $(MM_NAMES); do rm -f $(call placed,$(libexecdir))/$$library; done
	for lesson in $(notdir $(LESSONS) $(MM_SOURCES)) class.c mm-tags.h; do rm -f $(call placed,$(datadir))/lessons/$$lesson; done
	-rmdir $(call placed,$(libexecdir)) $(call placed,$(datadir))/lessons $(call placed,$(datadir)) 2>/dev/null

# A Debian package in BUILD/deb. It brings what making one needs.
DEPS_DEB = dpkg-dev debhelper fakeroot lintian
.PHONY: deb
deb:
	+@$(MAKE) --no-print-directory DEPS='$(DEPS_RUN) $(DEPS_DEB)' deps
	+@$(MAKE) --no-print-directory $(BUILD)/keep
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL $(BUILD)/keep cli/package $(VERSION) $(BUILD)/deb

.PHONY: help
help:
	@echo 'make             build ./brkview and ./brkview-target'
	@echo 'make run         open the lab (without a terminal: a short demonstration)'
	@echo 'make deps        install what is missing (Debian); also: make deps run, make deps check'
	@echo 'make check       all tests; check-long check-asan check-ubsan check-tsan check-valgrind check-layers check-soak check-programs'
	@echo 'make fuzz        each fuzzer for FUZZ_SECONDS (600), with clang'
	@echo 'make check-web   the exported page in a browser (brings chromium and node)'
	@echo 'make check-fresh the two commands of the README on a bare Debian (as root; brings debootstrap)'
	@echo 'make pictures    draw the pictures of the README anew'
	@echo 'make coverage    line coverage by file'
	@echo 'make bench       speed, as ratios measured side by side'
	@echo 'make check-mutants  N changes at random (SEED), each to be noticed by a unit'
	@echo 'make install     PREFIX (/usr/local) and DESTDIR; uninstall takes it away'
	@echo 'make deb         a Debian package in build/deb'
	@echo 'make format lint clean'

.SECONDARY:

.PHONY: clean
clean:
	rm -rf $(BUILD) build-* brkview brkview-target brkview-class brkview-own brkview-own32 brkview-target-own $(MM_NAMES)

-include $(shell find $(BUILD) -path $(BUILD)/deb -prune -o -type f -name '*.d' -print 2>/dev/null)
