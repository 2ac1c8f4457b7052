/* face_curses.c: a canvas on the terminal. Everything is handed to curses at each show, and curses
 * writes what differs.
 *
 * The face keeps its own TERMINAL and makes it current at every entry, since readline's tgetent may
 * have made another one so. */
#include "face_curses.h"

#include <errno.h>
#include <langinfo.h>
#include <ncurses.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "glyph.h"

#undef columns /* term.h's */
#undef lines

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define MOUSE_ON "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"
#define FIRST_PAIR 1
#define ROOM_MS 1000 /* so long a terminal may be full */

static struct {
    bool open, suspended, color, default_colors, utf8, mouse;
    enum theme_name theme;
    int cursor; /* as curs_set was last told; -1: unknown */
    SCREEN *screen;
    TERMINAL *terminal;
    struct termios before;
    char sane[256]; /* what the emergency writes */
    size_t sane_bytes;
} face;

static void use_terminal(void)
{
    if (cur_term != face.terminal) set_curterm(face.terminal);
}

/* After a write that failed: the terminal is set not to wait, and soon takes more. */
static bool has_room_soon(void)
{
    struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};
    if (errno == EINTR) return true;
    return errno == EAGAIN && poll(&p, 1, ROOM_MS) > 0 && (p.revents & POLLOUT);
}

static void emit(const char *sequence)
{
    size_t left = strlen(sequence);
    while (left > 0) {
        ssize_t n = write(STDOUT_FILENO, sequence, left);
        if (n < 0 && has_room_soon()) continue;
        if (n <= 0) return; /* a terminal that is gone needs no sequences */
        sequence += n;
        left -= (size_t)n;
    }
}

bool face_curses_possible(const char **why)
{
    const char *term = getenv("TERM");
    if (!term || !*term || !strcmp(term, "dumb")) {
        *why = NULL;
        return false;
    }
    TERMINAL *other = cur_term;
    int status = 0;
    if (setupterm(NULL, STDOUT_FILENO, &status) == ERR) {
        *why = status == 0 ? "TERM names a terminal that the terminfo database does not know"
                           : "the terminfo database is missing";
        return false;
    }
    const char *address = tigetstr("cup");
    bool possible = address && address != (char *)-1;
    TERMINAL *made = cur_term;
    set_curterm(other);
    if (made != other) del_curterm(made);
    if (!possible) *why = "this terminal cannot place its cursor";
    return possible;
}

/* A capability's string without its padding, "$<5>". */
static void add_sane(const char *capability)
{
    const char *from = tigetstr(capability);
    if (!from || from == (char *)-1) return;
    while (*from && face.sane_bytes < sizeof face.sane) {
        if (from[0] == '$' && from[1] == '<' && strchr(from, '>'))
            from = strchr(from, '>') + 1;
        else
            face.sane[face.sane_bytes++] = *from++;
    }
}

static void prepare_emergency(void)
{
    static const char modes[] = MOUSE_OFF PASTE_OFF;
    memcpy(face.sane, modes, sizeof modes - 1);
    face.sane_bytes = sizeof modes - 1;
    add_sane("sgr0");
    add_sane("op");
    add_sane("rmcup");
    add_sane("cnorm");
}

static int nearest_level(int value) { return value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40; }

/* Of the cube where there is one: a terminal with 256 colours, or 88 with a smaller one, or
 * millions, where only the first 8 are sure. */
static short color_number(int red, int green, int blue, int ansi)
{
    if (COLORS != 256) return (short)(ansi == 255 ? face.default_colors ? -1 : COLOR_WHITE : ansi);
    return (short)(16 + 36 * nearest_level(red) + 6 * nearest_level(green) + nearest_level(blue));
}

static void make_pairs(void)
{
    for (int style = 0; face.color && style < STYLE_N; style++) {
        const struct theme_ink *ink = theme_ink(face.theme, (enum style)style);
        short own = (short)(face.default_colors ? -1 : COLOR_WHITE);
        short front = ink->default_foreground
                          ? own
                          : color_number(ink->red, ink->green, ink->blue, ink->ansi);
        short back = (short)(face.default_colors ? -1 : COLOR_BLACK);
        if (!ink->default_background)
            back = color_number(ink->back_red, ink->back_green, ink->back_blue, ink->ansi_back);
        init_pair((short)(FIRST_PAIR + style), front, back);
    }
}

static bool start_colors(void)
{
    if (!has_colors() || start_color() == ERR) return false;
    face.default_colors = use_default_colors() == OK;
    return COLORS >= 8 && COLOR_PAIRS > FIRST_PAIR + STYLE_N;
}

/* The mono theme asks nothing of the terminal's colours, not even that they begin. */
static void wear(enum theme_name theme)
{
    face.theme = theme;
    if (theme != THEME_MONO && !face.color) face.color = start_colors();
    make_pairs();
}

bool face_curses_open(const struct face_options *options, const char **why)
{
    if (face.open) return true;
    if (!face_curses_possible(why)) return false;
    unsetenv("LINES"); /* they would freeze curses' idea of the size */
    unsetenv("COLUMNS");
    memset(&face, 0, sizeof face);
    if (tcgetattr(STDIN_FILENO, &face.before)) {
        *why = "standard input is not a terminal";
        return false;
    }
    face.screen = newterm(NULL, stdout, stdin);
    if (!face.screen) {
        *why = "curses cannot start on this terminal";
        return false;
    }
    face.terminal = cur_term;
    face.open = true;
    face.cursor = -1;
    face.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
    raw();
    noecho();
    nonl();
    keypad(stdscr, FALSE);
    wear(options->theme);
    prepare_emergency();
    face.mouse = options->mouse;
    clearok(curscr, TRUE);
    wnoutrefresh(stdscr);
    doupdate();
    emit(PASTE_ON);
    if (options->mouse) emit(MOUSE_ON);
    return true;
}

void face_curses_size(int *rows, int *columns)
{
    *rows = face.open && LINES > 0 ? LINES : 1;
    *columns = face.open && COLS > 0 ? COLS : 1;
}

void face_curses_resized(void)
{
    if (!face.open || face.suspended) return;
    use_terminal();
    struct winsize size = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size)) return;
    resizeterm(size.ws_row ? size.ws_row : 1, size.ws_col ? size.ws_col : 1);
    clearok(curscr, TRUE);
}

/* The attributes of a style; without colours the mono theme tells styles apart. */
static attr_t attributes(const struct cell *cell)
{
    unsigned marks = theme_ink(face.color ? face.theme : THEME_MONO, cell->style)->marks;
    marks ^= cell->marks & MARK_REVERSE; /* reversed within reversed has to stand out */
    marks |= cell->marks & ~MARK_REVERSE;
    attr_t attrs = A_NORMAL;
    if (marks & MARK_REVERSE) attrs |= A_REVERSE;
    if (marks & MARK_BOLD) attrs |= A_BOLD;
    if (marks & MARK_UNDERLINE) attrs |= A_UNDERLINE;
    return attrs;
}

/* The character as this terminal can show it: the locale may know less than the canvas, or give it
 * another width. */
static wchar_t terminal_glyph(char32_t glyph)
{
    if (glyph < 0x80) return (wchar_t)glyph;
    if (!face.utf8) return (wchar_t)glyph_ascii(glyph);
    return wcwidth((wchar_t)glyph) == glyph_width(glyph) ? (wchar_t)glyph : L'?';
}

static void show_row(const struct canvas *c, int row, int columns, cchar_t *line)
{
    int n = 0, cell_columns = columns < c->columns ? columns : c->columns;
    for (int column = 0; column < cell_columns; column++) {
        const struct cell *cell = canvas_at(c, row, column);
        if (!cell->glyph && column > 0 &&
            wcwidth(terminal_glyph(canvas_at(c, row, column - 1)->glyph)) == 2)
            continue;
        wchar_t text[2] = {cell->glyph ? terminal_glyph(cell->glyph) : L' ', L'\0'};
        short pair =
            (short)(face.color && face.theme != THEME_MONO ? FIRST_PAIR + (int)cell->style : 0);
        setcchar(&line[n++], text, attributes(cell), pair, NULL);
    }
    mvwadd_wchnstr(stdscr, row, 0, line, n);
}

static void place_cursor(const struct canvas *c)
{
    bool visible = c->cursor_row >= 0 && c->cursor_row < LINES && c->cursor_column >= 0 &&
                   c->cursor_column < COLS;
    if (visible) wmove(stdscr, c->cursor_row, c->cursor_column);
    if (face.cursor == (int)visible) return;
    curs_set(visible);
    face.cursor = visible;
}

void face_curses_show(const struct canvas *c)
{
    if (!face.open || face.suspended) return;
    use_terminal();
    cchar_t *line = calloc((size_t)(c->columns), sizeof *line);
    if (!line) return; /* the picture before stays */
    werase(stdscr);
    for (int row = 0; row < c->rows && row < LINES; row++)
        show_row(c, row, COLS, line);
    free(line);
    place_cursor(c);
    wnoutrefresh(stdscr);
    doupdate();
}

void face_curses_set_theme(enum theme_name theme)
{
    if (!face.open) return;
    use_terminal();
    wear(theme);
    clearok(curscr, TRUE);
}

void face_curses_set_mouse(bool on)
{
    if (!face.open || face.mouse == on) return;
    face.mouse = on;
    if (!face.suspended) emit(on ? MOUSE_ON : MOUSE_OFF);
}

void face_curses_suspend(void)
{
    if (!face.open || face.suspended) return;
    use_terminal();
    emit(MOUSE_OFF PASTE_OFF);
    curs_set(1);
    endwin();
    face.suspended = true;
}

void face_curses_resume(void)
{
    if (!face.open || !face.suspended) return;
    use_terminal();
    face.suspended = false;
    face.cursor = -1;
    reset_prog_mode();
    face_curses_resized();
    clearok(curscr, TRUE);
    wnoutrefresh(stdscr);
    doupdate();
    emit(PASTE_ON);
    if (face.mouse) emit(MOUSE_ON);
}

void face_curses_close(void)
{
    if (!face.open) return;
    face_curses_suspend();
    face.open = false;
    set_term(face.screen);
    delscreen(face.screen);
    face.screen = NULL;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &face.before);
}

void face_curses_emergency(void)
{
    if (!face.open || face.suspended) return;
    for (size_t done = 0; done < face.sane_bytes;) {
        ssize_t n = write(STDOUT_FILENO, face.sane + done, face.sane_bytes - done);
        if (n < 0 && has_room_soon()) continue;
        if (n <= 0) break;
        done += (size_t)n;
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &face.before);
}
