// Token kinds. A token's kind is one small integer: a class for names and literals, a code of its own for each punctuator
// and keyword, so that the parser switches on numbers. Tokens have no objects; token-list.ts holds them in typed arrays.

export const END = 0;
export const IDENTIFIER = 1;
/** An integer or floating constant (a preprocessing number). */
export const NUMBER = 2;
export const CHARACTER = 3;
export const STRING = 4;
/** A byte that begins no token, or a literal that is not closed. */
export const UNKNOWN = 5;

// Punctuators. Digraphs have the kind of what they stand for.
export const LEFT_PAREN = 10;
export const RIGHT_PAREN = 11;
export const LEFT_BRACKET = 12;
export const RIGHT_BRACKET = 13;
export const LEFT_BRACE = 14;
export const RIGHT_BRACE = 15;
export const SEMICOLON = 16;
export const COMMA = 17;
export const DOT = 18;
export const ARROW = 19;
export const ELLIPSIS = 20;
export const PLUS = 21;
export const MINUS = 22;
export const STAR = 23;
export const SLASH = 24;
export const PERCENT = 25;
export const AMPERSAND = 26;
export const PIPE = 27;
export const CARET = 28;
export const TILDE = 29;
export const EXCLAMATION = 30;
export const QUESTION = 31;
export const COLON = 32;
export const EQUAL = 33;
export const LESS = 34;
export const GREATER = 35;
export const LESS_EQUAL = 36;
export const GREATER_EQUAL = 37;
export const EQUAL_EQUAL = 38;
export const NOT_EQUAL = 39;
export const LEFT_SHIFT = 40;
export const RIGHT_SHIFT = 41;
export const AND_AND = 42;
export const OR_OR = 43;
export const PLUS_PLUS = 44;
export const MINUS_MINUS = 45;
export const STAR_EQUAL = 46;
export const SLASH_EQUAL = 47;
export const PERCENT_EQUAL = 48;
export const PLUS_EQUAL = 49;
export const MINUS_EQUAL = 50;
export const LEFT_SHIFT_EQUAL = 51;
export const RIGHT_SHIFT_EQUAL = 52;
export const AMPERSAND_EQUAL = 53;
export const CARET_EQUAL = 54;
export const PIPE_EQUAL = 55;
export const HASH = 56;
export const HASH_HASH = 57;
export const COLON_COLON = 58;

/** Spelling of each punctuator, by kind. */
export const punctuatorTexts: readonly (string | undefined)[] = [
  ...Array.from({ length: 10 }, () => undefined),
  ..."( ) [ ] { } ; , . -> ... + - * / % & | ^ ~ ! ? : = < > <= >= == != << >> && || ++ -- *= /= %= += -= <<= >>= &= ^= |= # ## ::".split(
    " ",
  ),
];

// Keywords. Several spellings share a kind (`__const__`, `const`).
export const KEYWORD_FIRST = 64;
export const K_VOID = 64;
export const K_CHAR = 65;
export const K_SHORT = 66;
export const K_INT = 67;
export const K_LONG = 68;
export const K_FLOAT = 69;
export const K_DOUBLE = 70;
export const K_SIGNED = 71;
export const K_UNSIGNED = 72;
export const K_BOOL = 73;
export const K_COMPLEX = 74;
export const K_INT128 = 75;
export const K_FLOAT_N = 76;
export const K_BITINT = 77;
export const K_STRUCT = 78;
export const K_UNION = 79;
export const K_ENUM = 80;
export const K_TYPEOF = 81;
export const K_TYPEOF_UNQUAL = 82;
export const K_AUTO_TYPE = 83;
export const K_ATOMIC = 84;
export const K_CONST = 85;
export const K_VOLATILE = 86;
export const K_RESTRICT = 87;
export const K_TYPEDEF = 88;
export const K_EXTERN = 89;
export const K_STATIC = 90;
export const K_AUTO = 91;
export const K_REGISTER = 92;
export const K_THREAD_LOCAL = 93;
export const K_INLINE = 94;
export const K_NORETURN = 95;
export const K_ALIGNAS = 96;
export const K_ATTRIBUTE = 97;
export const K_DECLSPEC = 98;
export const K_EXTENSION = 99;
/** Last kind that can begin a declaration by itself. */
export const DECLARATION_KEYWORD_LAST = 99;
export const K_STATIC_ASSERT = 100;
export const K_ASM = 101;
export const K_SIZEOF = 102;
export const K_ALIGNOF = 103;
export const K_OFFSETOF = 104;
export const K_GENERIC = 105;
export const K_TYPES_COMPATIBLE = 106;
export const K_CHOOSE_EXPR = 107;
export const K_CONSTANT_P = 108;
export const K_REAL = 109;
export const K_IMAG = 110;
export const K_LABEL = 111;
export const K_IF = 112;
export const K_ELSE = 113;
export const K_WHILE = 114;
export const K_DO = 115;
export const K_FOR = 116;
export const K_SWITCH = 117;
export const K_CASE = 118;
export const K_DEFAULT = 119;
export const K_BREAK = 120;
export const K_CONTINUE = 121;
export const K_GOTO = 122;
export const K_RETURN = 123;
export const K_VA_ARG = 124;
export const K_COUNTOF = 125;

/** What C++ adds, as far as layouts are concerned: words before a declaration that change nothing are like `__extension__`. */
export const cppKeywords: readonly (readonly [string, number])[] = [
  ["class", K_STRUCT],
  ["constexpr", K_EXTENSION],
  ["consteval", K_EXTENSION],
  ["constinit", K_EXTENSION],
  ["virtual", K_EXTENSION],
  ["explicit", K_EXTENSION],
  ["mutable", K_EXTENSION],
  ["friend", K_EXTENSION],
  ["typename", K_EXTENSION],
  ["decltype", K_TYPEOF],
];

/** Every keyword spelling with its kind. */
export const keywords: readonly (readonly [string, number])[] = [
  ["void", K_VOID],
  ["char", K_CHAR],
  ["short", K_SHORT],
  ["int", K_INT],
  ["long", K_LONG],
  ["float", K_FLOAT],
  ["double", K_DOUBLE],
  ["signed", K_SIGNED],
  ["__signed", K_SIGNED],
  ["__signed__", K_SIGNED],
  ["unsigned", K_UNSIGNED],
  ["_Bool", K_BOOL],
  ["_Complex", K_COMPLEX],
  ["__complex__", K_COMPLEX],
  ["__complex", K_COMPLEX],
  ["__int128", K_INT128],
  ["__int128__", K_INT128],
  ["_Float16", K_FLOAT_N],
  ["_Float32", K_FLOAT_N],
  ["_Float64", K_FLOAT_N],
  ["_Float128", K_FLOAT_N],
  ["_Float32x", K_FLOAT_N],
  ["_Float64x", K_FLOAT_N],
  ["__float128", K_FLOAT_N],
  ["_BitInt", K_BITINT],
  ["struct", K_STRUCT],
  ["union", K_UNION],
  ["enum", K_ENUM],
  ["typeof", K_TYPEOF],
  ["__typeof", K_TYPEOF],
  ["__typeof__", K_TYPEOF],
  ["typeof_unqual", K_TYPEOF_UNQUAL],
  ["__typeof_unqual__", K_TYPEOF_UNQUAL],
  ["__auto_type", K_AUTO_TYPE],
  ["_Atomic", K_ATOMIC],
  ["const", K_CONST],
  ["__const", K_CONST],
  ["__const__", K_CONST],
  ["volatile", K_VOLATILE],
  ["__volatile", K_VOLATILE],
  ["__volatile__", K_VOLATILE],
  ["restrict", K_RESTRICT],
  ["__restrict", K_RESTRICT],
  ["__restrict__", K_RESTRICT],
  ["typedef", K_TYPEDEF],
  ["extern", K_EXTERN],
  ["static", K_STATIC],
  ["auto", K_AUTO],
  ["register", K_REGISTER],
  ["_Thread_local", K_THREAD_LOCAL],
  ["thread_local", K_THREAD_LOCAL],
  ["__thread", K_THREAD_LOCAL],
  ["inline", K_INLINE],
  ["__inline", K_INLINE],
  ["__inline__", K_INLINE],
  ["_Noreturn", K_NORETURN],
  ["_Alignas", K_ALIGNAS],
  ["alignas", K_ALIGNAS],
  ["__attribute__", K_ATTRIBUTE],
  ["__attribute", K_ATTRIBUTE],
  ["__declspec", K_DECLSPEC],
  ["__extension__", K_EXTENSION],
  ["_Static_assert", K_STATIC_ASSERT],
  ["static_assert", K_STATIC_ASSERT],
  ["asm", K_ASM],
  ["__asm", K_ASM],
  ["__asm__", K_ASM],
  ["sizeof", K_SIZEOF],
  ["_Alignof", K_ALIGNOF],
  ["alignof", K_ALIGNOF],
  ["__alignof", K_ALIGNOF],
  ["__alignof__", K_ALIGNOF],
  ["_Countof", K_COUNTOF],
  ["__builtin_offsetof", K_OFFSETOF],
  ["offsetof", K_OFFSETOF],
  ["_Generic", K_GENERIC],
  ["__builtin_types_compatible_p", K_TYPES_COMPATIBLE],
  ["__builtin_choose_expr", K_CHOOSE_EXPR],
  ["__builtin_constant_p", K_CONSTANT_P],
  ["__builtin_va_arg", K_VA_ARG],
  ["__real__", K_REAL],
  ["__real", K_REAL],
  ["__imag__", K_IMAG],
  ["__imag", K_IMAG],
  ["__label__", K_LABEL],
  ["if", K_IF],
  ["else", K_ELSE],
  ["while", K_WHILE],
  ["do", K_DO],
  ["for", K_FOR],
  ["switch", K_SWITCH],
  ["case", K_CASE],
  ["default", K_DEFAULT],
  ["break", K_BREAK],
  ["continue", K_CONTINUE],
  ["goto", K_GOTO],
  ["return", K_RETURN],
];
