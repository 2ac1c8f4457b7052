/* escape.h: text into files of other languages. The text is UTF-8, what is invalid becomes U+FFFD,
 * as does every control character; nothing that the text holds can end the place that it is put in.
 * Write errors show in ferror. */
#ifndef ESCAPE_H
#define ESCAPE_H

#include <stdio.h>
#include <uchar.h>

/* One character, in the text or in a quoted attribute of XML and HTML. */
void escape_xml_glyph(FILE *to, char32_t glyph);
void escape_xml(FILE *to, const char *utf8);
/* With the quotes; safe inside a <script> of HTML too: no "<", no "&". Newlines and tabs stay, as
 * \n and \t. */
void escape_json_glyph(FILE *to, char32_t glyph);
void escape_json(FILE *to, const char *utf8);

#endif
