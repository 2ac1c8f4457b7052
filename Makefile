# brkview: see CONTRIBUTING for the targets. `make help` lists them.
# pkg-config runs inside recipes, so that `make deps` works before it is installed.

VERSION   := 0.1.0
PREFIX    ?= /usr/local
DESTDIR   ?=
bindir     = $(PREFIX)/bin
libexecdir = $(PREFIX)/libexec/brkview
mandir     = $(PREFIX)/share/man
bashcompdir = $(PREFIX)/share/bash-completion/completions

CC        ?= cc
BUILD     ?= build
WERROR    ?=
SANITIZE  ?=
CFLAGS    ?= -O2 -g
WARNINGS   = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes $(WERROR)
CPPFLAGS_ALL = -D_GNU_SOURCE -DBRKVIEW_VERSION='"$(VERSION)"' -DBRKVIEW_LIBEXECDIR='"$(libexecdir)"' -I. $(CPPFLAGS)
CFLAGS_ALL = -std=c11 $(WARNINGS) $(CFLAGS) $(SANITIZE) -MMD -MP

PKGS_RUN   = ncursesw readline jansson
PKGS_TEST  = cmocka vterm

ALLOCATOR := $(filter-out allocator/target.c,$(sort $(wildcard allocator/*.c)))
VIZ       := $(sort $(wildcard viz/*.c))
CLI       := $(filter-out cli/main.c,$(sort $(wildcard cli/*.c cli/*/*.c)))
UNITS     := $(sort $(wildcard tests/unit/test_*.c))
TERMINAL  := $(sort $(wildcard tests/terminal/test_*.c))
FUZZERS   := $(sort $(wildcard tests/fuzz/fuzz_*.c))
SUPPORT   := $(sort $(wildcard tests/support/*.c))

obj = $(patsubst %.c,$(BUILD)/%.o,$(1))
UNIT_BIN     = $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(UNITS))
TERMINAL_BIN = $(patsubst tests/terminal/%.c,$(BUILD)/tests/%,$(TERMINAL))
REPLAY_BIN   = $(patsubst tests/fuzz/fuzz_%.c,$(BUILD)/tests/replay_%,$(FUZZERS))

.PHONY: all
all: brkview brkview-target

brkview: $(BUILD)/brkview
	@cp -f $< $@
brkview-target: $(BUILD)/brkview-target
	@cp -f $< $@

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $$(pkg-config --cflags $(PKGS_RUN)) $(CFLAGS_ALL) -c -o $@ $<

# Rebuild everything when the flags change.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS)' | cmp -s - $@ || echo '$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS)' > $@
.PHONY: FORCE
FORCE:

$(BUILD)/liballocator.a: $(call obj,$(ALLOCATOR))
$(BUILD)/libviz.a: $(call obj,$(VIZ))
$(BUILD)/libcli.a: $(call obj,$(CLI))
$(BUILD)/libsupport.a: $(call obj,$(SUPPORT))
$(BUILD)/%.a:
	@rm -f $@
	ar rcs $@ $^

LIBS_ALL = $(BUILD)/libcli.a $(BUILD)/libviz.a $(BUILD)/liballocator.a

$(BUILD)/brkview: $(call obj,cli/main.c) $(LIBS_ALL)
	$(CC) $(SANITIZE) $(LDFLAGS) -o $@ $^ $$(pkg-config --libs $(PKGS_RUN))

# The target: dynamic and not position-independent, so that text lies near 0x400000; rodata, data and bss are pinned, so that
# another compiler does not move the picture. It is never sanitized: those runtimes move brk themselves.
TARGET_SOURCES = allocator/target.c $(ALLOCATOR)
TARGET_OBJ = $(patsubst %.c,$(BUILD)/target/%.o,$(TARGET_SOURCES))
TARGET_LINK = -no-pie -Wl,-z,noexecstack -Wl,-z,now -Wl,--section-start=.rodata=0x40a000 -Wl,-Tdata=0x40f000 -Wl,-Tbss=0x410000
$(BUILD)/target/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -I. -std=c11 $(WARNINGS) -O2 -g -fno-pie -fno-builtin-malloc -MMD -MP -c -o $@ $<
$(BUILD)/brkview-target: $(TARGET_OBJ)
	$(CC) $(TARGET_LINK) -o $@ $^

# Tests: each program speaks TAP; tests/run adds them up.
$(BUILD)/tests/test_%: $(BUILD)/tests/unit/test_%.o $(BUILD)/libsupport.a $(LIBS_ALL)
	@mkdir -p $(@D)
	$(CC) $(SANITIZE) $(LDFLAGS) -o $@ $^ $$(pkg-config --libs $(PKGS_RUN) $(PKGS_TEST))
$(BUILD)/tests/test_%: $(BUILD)/tests/terminal/test_%.o $(BUILD)/libsupport.a $(LIBS_ALL)
	@mkdir -p $(@D)
	$(CC) $(SANITIZE) $(LDFLAGS) -o $@ $^ $$(pkg-config --libs $(PKGS_RUN) $(PKGS_TEST))
# A fuzzer's function, driven over the files of its corpus by an ordinary main.
$(BUILD)/tests/replay_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/replay.o $(BUILD)/libsupport.a $(LIBS_ALL)
	@mkdir -p $(@D)
	$(CC) $(SANITIZE) $(LDFLAGS) -o $@ $^ $$(pkg-config --libs $(PKGS_RUN) $(PKGS_TEST))

.SECONDARY:

.PHONY: clean
clean:
	rm -rf $(BUILD) build-* brkview brkview-target

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
