/* mm-footer.c: lesson 12, the third: boundary tags with one line forgotten. What is left when a
 * block is cut gets a header, and keeps the footer of the whole. */
#define PUT_REST(block, size) put_header(block, size, 0)
#include "mm-tags.h"
