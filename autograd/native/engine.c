/* The native core: nodes, and the sweep that applies the chain rule to them.

   This is `node.py`, the operators of `value.py` and the sweeps of `reverse.py` and
   `forward.py`, said once more in C for speed. It has no mathematics of its own: what
   an op computes, its partial derivatives, and which arguments it takes are printed
   from the table of operations (`rows.py`) into `rows.h` when the core is built.

   It does the common case and nothing else. Whatever is unusual (an error, a number
   that is not finite, somebody who looks on, an op of the user's own) it leaves to the
   Python code, which it calls with the same arguments. So errors and their messages
   are the same by construction, and so is every bit of every number.

   The file reads from top to bottom: nodes; the collector; memory; letting go; what
   Python sees of a node; making nodes; operators; shortcuts; the reverse sweep; gradients
   that are graphs again; the forward sweep. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>
#include <float.h>
#include <math.h>
#include <stdint.h>

#ifdef Py_GIL_DISABLED
#error "the core needs the lock that a free-threaded Python does not have"
#endif
#if !defined(FLT_EVAL_METHOD) || FLT_EVAL_METHOD != 0
#error "the core needs arithmetic that rounds each result to a double, as Python's is"
#endif

/* --- formulas ------------------------------------------------------------------------

   A formula of the table is a function of the numbers of an op: its arguments and,
   for a partial, the output after them. Where it meets what Python may raise an error
   for, it says that Python has to be asked. */

typedef double Formula(const double *v, int *ask);

#define MOST_ARGS 3

typedef struct {
    const char *name, *digest;
    int arity;
    int chooses;                  /* whether some argument may be left out */
    Formula *forward;
    Formula *partial[MOST_ARGS];  /* NULL where it is 1 everywhere */
    Formula *taken[MOST_ARGS];    /* NULL for an argument that is always taken */
} Row;

/* What a function of math gives: not finite is for Python to judge. */
static inline double told(double y, int *ask)
{
    if (!isfinite(y))
        *ask = 1;
    return y;
}

/* Where the row raises. */
static inline double raised(int *ask)
{
    *ask = 1;
    return NAN;
}

static inline double quotient(double a, double b, int *ask)
{
    if (b == 0.0)
        *ask = 1;
    return a / b;
}

static inline int is_integer(double x)
{
    return isfinite(x) && floor(x) == x;
}

/* aᵇ as Python's floats have it; of an underflow Python has its own opinion. */
static inline double power(double a, double b, int *ask)
{
    if (a == 0.0 && b > 0.0)
        return pow(a, b);
    double y = a < 0.0 && !is_integer(b) ? NAN : pow(a, b);
    if (!isnormal(y))
        *ask = 1;
    return y;
}

#include "rows.h"

#define ROWS ((int)(sizeof rows / sizeof *rows))

/* The op in Python of each row, and whether it is still what the row was printed from. */
static PyObject *row_op[ROWS];
static char row_holds[ROWS];

/* --- nodes ------------------------------------------------------------------------ */

typedef struct Node Node;

enum { UNSET, NUMBER, OBJECT };   /* of a grad */
enum { UNKNOWN, NO, YES };        /* whether a node is a constant */
enum { LISTED = 3 };              /* the count of args that are in a tuple */

struct Node {
    PyObject_HEAD
    double data;
    uint64_t stamp;               /* 0 until it is a node */
    uint32_t place;               /* of a leaf, in the list of the sweep that saw it last */
    uint16_t at;                  /* 1 + its place in a block; 0 if it is in none */
    uint16_t row : 8;             /* 1 + the number of its row; 0 for a leaf, or an own op */
    uint16_t count : 2;           /* of its args */
    uint16_t constant : 2;
    uint16_t grad_is : 2;
    uint16_t collected : 1;       /* whether the collector knows it */
    uint16_t followed : 1;        /* and all that it depends on */
    union {
        Node *arg[2];
        PyObject *args;           /* if more than two */
    };
    union {
        double number;
        PyObject *object;
    } grad;
    PyObject *op;                 /* None for a leaf */
    union {
        PyObject *notes;
        Node *next;               /* of nodes that are let go, or gone */
    };
};

static PyTypeObject *node_type;   /* Node */
static PyTypeObject *value_type;  /* Value, which is what ops make */

static uint64_t last_stamp;       /* grows with each node that is made */
static uint64_t edited;           /* the stamp of the last edit of data */
static int watched;               /* whether somebody looks on while nodes are made */
static int recording;             /* whether somebody is asked before a number leaves */
static PyObject *off;             /* the threads in which no graph is recorded */

static inline int is_value(PyObject *thing)
{
    return Py_TYPE(thing) == value_type && ((Node *)thing)->stamp != 0;
}

static inline int is_node(PyObject *thing)
{
    return PyObject_TypeCheck(thing, node_type);
}

/* The args in order; those of a leaf are none. */
static inline Node **args_of(Node *node)
{
    return node->count == LISTED ? (Node **)&PyTuple_GET_ITEM(node->args, 0) : node->arg;
}

static inline int count_of(Node *node)
{
    return node->count == LISTED ? (int)PyTuple_GET_SIZE(node->args) : (int)node->count;
}

/* The numbers of a node's args and, after them, its own. */
static inline void numbers_of(Node *node, double *v)
{
    int count = count_of(node);
    Node **args = args_of(node);
    for (int i = 0; i < count; i++)
        v[i] = args[i]->data;
    v[count] = node->data;
}

/* --- the collector -----------------------------------------------------------------

   Args are older than what is made of them, so a graph has no cycle, and Python's
   collector need not walk it. But it cannot see through a node that it does not know.
   So it has to know every node that may be in a cycle: one whose grad is a node, all
   that this grad depends on, and whatever is made of a node that it knows, as it knows
   all instances that can hold attributes. */

static void collect(Node *node)
{
    if (!node->collected) {
        node->collected = 1;
        if (!PyObject_GC_IsTracked((PyObject *)node))
            PyObject_GC_Track(node);
    }
}

/* Have the collector know a node and all that it depends on. */
static int follow(Node *node)
{
    if (node->followed)
        return 0;
    Py_ssize_t count = 1, room = 64;
    Node **waiting = PyMem_Malloc(room * sizeof *waiting);
    if (waiting == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    waiting[0] = node;
    node->followed = 1;
    while (count) {
        node = waiting[--count];
        collect(node);
        Node **args = args_of(node);
        for (int i = count_of(node); i--;) {
            if (args[i]->followed)
                continue;
            if (count == room) {
                Node **more = PyMem_Realloc(waiting, 2 * room * sizeof *waiting);
                if (more == NULL) {
                    PyMem_Free(waiting);
                    PyErr_NoMemory();
                    return -1;
                }
                waiting = more;
                room *= 2;
            }
            args[i]->followed = 1;
            waiting[count++] = args[i];
        }
    }
    PyMem_Free(waiting);
    return 0;
}

static int node_traverse(PyObject *self, visitproc visit, void *arg)
{
    Node *node = (Node *)self;
    Node **args = args_of(node);
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(node->op);
    Py_VISIT(node->notes);
    if (node->grad_is == OBJECT)
        Py_VISIT(node->grad.object);
    if (node->count == LISTED)
        Py_VISIT(node->args);
    else
        for (int i = 0; i < node->count; i++)
            Py_VISIT(args[i]);
    return 0;
}

/* Every cycle goes through a grad, or through something else that Python clears. */
static int node_clear(PyObject *self)
{
    Node *node = (Node *)self;
    if (node->grad_is == OBJECT) {
        PyObject *grad = node->grad.object;
        node->grad_is = UNSET;
        Py_DECREF(grad);
    }
    return 0;
}

/* --- memory --------------------------------------------------------------------------

   A graph is walked in the order of its stamps, and memory that is read in its order
   costs a fraction of what other memory costs. So nodes made one after the other lie
   side by side, in blocks. A block whose nodes are all gone is filled anew, from its
   start; gaps in others are filled when no empty block is left. */

#ifndef BLOCK
#define BLOCK 340                 /* nodes, in 32 kB; with 0 each has memory of its own */
#endif
#define MOST_EMPTY 320            /* blocks that are kept: 10 MB */

typedef struct {
    void *head[2];                /* what Python's collector has before an object */
    Node node;
} Place;

typedef struct Block Block;

struct Block {
    Block *before, *after;        /* in a list; `before` is NULL for one that is in none */
    Node *gaps;                   /* nodes that are gone */
    int size, used, held;         /* places; those that were filled; nodes that are there */
    Place place[];
};

/* Lists of blocks. The current one is in none, and neither is any that is full. */
static Block empty = {&empty, &empty}, gappy = {&gappy, &gappy};
static Block none, *current = &none;
static int block_size, empty_count;

static void put_in(Block *list, Block *block)
{
    block->before = list;
    block->after = list->after;
    block->after->before = list->after = block;
}

static void take_out(Block *block)
{
    block->before->after = block->after;
    block->after->before = block->before;
    block->before = NULL;
}

/* Make a block with room the current one, or return NULL. */
static Block *next_block(void)
{
    Block *block = empty.after;
    if (block != &empty)
        empty_count--;
    else
        block = gappy.after;
    if (block != &gappy)
        take_out(block);
    else {
        block = block_size ? PyMem_Malloc(sizeof *block + block_size * sizeof *block->place)
                           : NULL;
        if (block == NULL)
            return NULL;
        *block = (Block){.size = block_size};
    }
    return current = block;
}

/* A Value without fields; where there is no block, from Python. */
static inline Node *new_node(void)
{
    Block *block = current;
    Node *node;
    if (block->gaps == NULL && block->used == block->size
            && (block = next_block()) == NULL) {
        node = PyObject_GC_New(Node, value_type);
        if (node)
            node->at = 0;
        return node;
    }
    if ((node = block->gaps) != NULL)
        block->gaps = node->next;
    else {
        Place *place = &block->place[block->used++];
        place->head[0] = place->head[1] = NULL;
        node = &place->node;
        node->at = (uint16_t)block->used;
    }
    block->held++;
    return (Node *)PyObject_Init((PyObject *)node, value_type);
}

/* Give the place of a node back to its block. */
static inline void give_back(Node *node)
{
    Place *place = (Place *)((char *)node - offsetof(Place, node)) - (node->at - 1);
    Block *block = (Block *)((char *)place - offsetof(Block, place));
    node->next = block->gaps;
    block->gaps = node;
    if (--block->held == 0) {
        block->gaps = NULL;
        block->used = 0;
        if (block == current)
            return;
        if (block->before)
            take_out(block);
        if (empty_count == MOST_EMPTY)
            PyMem_Free(block);
        else {
            put_in(&empty, block);
            empty_count++;
        }
    }
    else if (block != current && block->before == NULL)
        put_in(&gappy, block);
}

/* Whether the collector's part of an object is where `Place` has it. */
static int head_is_known(void)
{
    PyObject *list = PyList_New(0);
    void **head = list ? (void **)list - 2 : NULL;
    if (list == NULL)
        return -1;
    int known = head[0] != NULL;
    PyObject_GC_UnTrack(list);
    known = known && head[0] == NULL;
    PyObject_GC_Track(list);
    Py_DECREF(list);
    return known;
}

/* --- letting go ----------------------------------------------------------------------

   A chain may be ten million long, so it is not let go by recursion: a node that only
   the one before it held waits in a list. */

/* Have memory fetched that is needed soon: a large graph is in no cache. */
static inline void fetch(const Node *node)
{
#ifdef __GNUC__
    __builtin_prefetch(node);
    __builtin_prefetch(&node->next);
#endif
}

/* A Value that the collector need not know was tracked until it was a node. */
static void settle(Node *node)
{
    if (Py_TYPE(node) == value_type && !node->collected
            && PyObject_GC_IsTracked((PyObject *)node))
        PyObject_GC_UnTrack(node);
}

/* Give up a reference; who held the last one to a Value puts it on the list. */
static inline void give_up(PyObject *thing, Node **dying)
{
    if (Py_REFCNT(thing) != 1 || Py_TYPE(thing) != value_type || value_type->tp_finalize) {
        Py_DECREF(thing);
        return;
    }
    Node *node = (Node *)thing;
    if (node->collected || !node->stamp)
        PyObject_GC_UnTrack(node);
    for (int i = 0; i < node->count && node->count != LISTED; i++)
        fetch(node->arg[i]);
    Py_CLEAR(node->notes);
    node->next = *dying;
    *dying = node;
}

static void let_go(Node *node, Node **dying)
{
    PyTypeObject *type = Py_TYPE(node);
    if (node->grad_is == OBJECT)
        give_up(node->grad.object, dying);
    Py_XDECREF(node->op);
    if (node->count == LISTED)
        Py_DECREF(node->args);    /* tuples see to it that they nest no deeper than 50 */
    else
        for (int i = 0; i < node->count; i++)
            give_up((PyObject *)node->arg[i], dying);
    if (node->at)
        give_back(node);
    else
        type->tp_free(node);
    Py_DECREF(type);
}

static void node_dealloc(PyObject *self)
{
    Node *node = (Node *)self, *dying = NULL;
    if (Py_TYPE(self) == value_type && value_type->tp_finalize
            && PyObject_CallFinalizerFromDealloc(self) < 0)
        return;                   /* it lives on */
    PyObject_GC_UnTrack(self);
    Py_CLEAR(node->notes);
    let_go(node, &dying);
    while (dying) {
        node = dying;
        dying = node->next;
        let_go(node, &dying);
    }
}

/* --- what Python sees of a node ------------------------------------------------------ */

static PyObject *missing(PyObject *self, const char *name)
{
    return PyErr_Format(PyExc_AttributeError, "'%.100s' object has no attribute '%s'",
                        Py_TYPE(self)->tp_name, name);
}

/* Fields that a node gets when it is made have no value before. */
#define GETTER(name, is_set, made)                                                     \
    static PyObject *get_##name(PyObject *self, void *closure)                         \
    {                                                                                  \
        Node *node = (Node *)self;                                                     \
        return is_set ? made : missing(self, closure);                                 \
    }

static PyObject *args_tuple(Node *node)
{
    if (node->count == LISTED)
        return Py_NewRef(node->args);
    PyObject *tuple = PyTuple_New(node->count);
    for (int i = 0; tuple && i < node->count; i++)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef((PyObject *)node->arg[i]));
    return tuple;
}

GETTER(number, node->stamp, PyFloat_FromDouble(node->data))
GETTER(stamp, node->stamp, PyLong_FromUnsignedLongLong(node->stamp))
GETTER(args, node->stamp, args_tuple(node))
GETTER(op, node->op, Py_NewRef(node->op))
GETTER(constant, node->constant, PyBool_FromLong(node->constant == YES))
GETTER(notes, node->notes, Py_NewRef(node->notes))
GETTER(grad, node->grad_is, node->grad_is == NUMBER ? PyFloat_FromDouble(node->grad.number)
                                                    : Py_NewRef(node->grad.object))

/* The property `args`: a subclass may have its own idea of them. */
static PyObject *get_own_args(PyObject *self, void *closure)
{
    if (Py_TYPE(self) == value_type)
        return get_args(self, closure);
    return PyObject_GetAttrString(self, closure);
}

static int deleted(PyObject *given)
{
    if (given == NULL)
        PyErr_SetString(PyExc_AttributeError, "a node needs all of its fields");
    return given == NULL;
}

static int set_number(PyObject *self, PyObject *given, void *closure)
{
    double number = deleted(given) ? -1.0 : PyFloat_AsDouble(given);
    if (number == -1.0 && PyErr_Occurred())
        return -1;
    ((Node *)self)->data = number;
    return 0;
}

static int set_stamp(PyObject *self, PyObject *given, void *closure)
{
    uint64_t stamp = deleted(given) ? 0 : PyLong_AsUnsignedLongLong(given);
    if (PyErr_Occurred())
        return -1;
    ((Node *)self)->stamp = stamp;
    settle((Node *)self);
    return 0;
}

static int set_args(PyObject *self, PyObject *given, void *closure)
{
    Node *node = (Node *)self;
    if (deleted(given))
        return -1;
    Py_ssize_t count = PyTuple_Check(given) ? PyTuple_GET_SIZE(given) : -1;
    for (Py_ssize_t i = 0; i < count; i++)
        if (!is_node(PyTuple_GET_ITEM(given, i)))
            count = -1;
    if (count < 0) {
        PyErr_SetString(PyExc_TypeError, "a node needs a tuple of nodes as args");
        return -1;
    }
    PyObject *before = args_tuple(node);
    if (before == NULL)
        return -1;
    if (node->count == LISTED)
        Py_DECREF(node->args);
    else
        for (int i = 0; i < node->count; i++)
            Py_DECREF(node->arg[i]);
    node->count = count < LISTED ? (unsigned)count : LISTED;
    if (node->count == LISTED)
        node->args = Py_NewRef(given);
    else
        for (int i = 0; i < node->count; i++)
            node->arg[i] = (Node *)Py_NewRef(PyTuple_GET_ITEM(given, i));
    Py_DECREF(before);
    node->followed = 0;
    if (Py_TYPE(self) != value_type)
        collect(node);            /* it may hold attributes */
    for (Py_ssize_t i = 0; i < count; i++)
        if (((Node *)PyTuple_GET_ITEM(given, i))->collected)
            collect(node);
    return 0;
}

/* The number of the row that an op of Python's is; -1 for one of the user's own. */
static int row_of(PyObject *op)
{
    for (int row = 0; row < ROWS; row++)
        if (row_op[row] == op)
            return row;
    return -1;
}

static int set_op(PyObject *self, PyObject *op, void *closure)
{
    Node *node = (Node *)self;
    if (deleted(op))
        return -1;
    node->row = (unsigned)(1 + row_of(op));
    Py_XSETREF(node->op, Py_NewRef(op));
    if (op != Py_None && !node->row)
        collect(node);            /* an own op may refer to whatever is made with it */
    return 0;
}

static int set_constant(PyObject *self, PyObject *given, void *closure)
{
    int truth = deleted(given) ? -1 : PyObject_IsTrue(given);
    if (truth < 0)
        return -1;
    ((Node *)self)->constant = truth ? YES : NO;
    return 0;
}

static int set_notes(PyObject *self, PyObject *given, void *closure)
{
    Py_XINCREF(given);
    Py_XSETREF(((Node *)self)->notes, given);
    return 0;
}

static int set_grad(PyObject *self, PyObject *given, void *closure)
{
    Node *node = (Node *)self;
    PyObject *before = node->grad_is == OBJECT ? node->grad.object : NULL;
    if (given == NULL)
        node->grad_is = UNSET;
    else if (PyFloat_CheckExact(given)) {
        node->grad_is = NUMBER;
        node->grad.number = PyFloat_AS_DOUBLE(given);
    }
    else {
        if (!PyLong_CheckExact(given)) {
            collect(node);
            if (is_node(given) && follow((Node *)given) < 0)
                return -1;
        }
        node->grad_is = OBJECT;
        node->grad.object = Py_NewRef(given);
    }
    Py_XDECREF(before);
    return 0;
}

static PyGetSetDef node_fields[] = {
    {"_data", get_number, set_number, NULL, "_data"},
    {"_stamp", get_stamp, set_stamp, NULL, "_stamp"},
    {"_args", get_args, set_args, NULL, "_args"},
    {"_row", get_op, set_op, NULL, "_row"},
    {"_constant", get_constant, set_constant, NULL, "_constant"},
    {"_notes", get_notes, set_notes, NULL, "_notes"},
    {"grad", get_grad, set_grad, "The derivative of the last output by this node.", "grad"},
    {"op", get_op, NULL,
     "The row of the table of operations that made it; None for a leaf.", "_row"},
    {"args", get_own_args, NULL,
     "The nodes that this one was computed from, in order; () for a leaf.", "_args"},
    {"constant", get_constant, NULL,
     "Whether it is never differentiated; its data cannot be changed.", "_constant"},
    {NULL},
};

/* --- making nodes ---------------------------------------------------------------- */

/* The number of what is a float or an int, and no more than that. */
static inline int plain_number(PyObject *thing, double *number)
{
    if (PyFloat_CheckExact(thing))
        *number = PyFloat_AS_DOUBLE(thing);
    else if (PyLong_CheckExact(thing)) {
        *number = PyLong_AsDouble(thing);
        if (*number == -1.0 && PyErr_Occurred()) {
            PyErr_Clear();
            return 0;
        }
    }
    else
        return 0;
    return 1;
}

static Node *leaf(double data, int constant)
{
    Node *node = new_node();
    if (node == NULL)
        return NULL;
    node->data = data;
    node->stamp = ++last_stamp;
    node->row = node->count = node->collected = node->followed = 0;
    node->constant = constant;
    node->grad_is = NUMBER;
    node->grad.number = 0.0;
    node->op = Py_NewRef(Py_None);
    node->notes = NULL;
    return node;
}

/* The node that a row makes of one or two args. References to these are taken over. */
static inline PyObject *made(int row, double data, int count, Node *a, Node *b)
{
    Node *node = new_node();
    if (node == NULL) {
        Py_DECREF(a);
        if (count == 2)
            Py_DECREF(b);
        return NULL;
    }
    int constant = a->constant, collected = a->collected;
    node->arg[0] = a;
    if (count == 2) {
        node->arg[1] = b;
        if (b->constant != YES)
            constant = b->constant;
        collected |= b->collected;
    }
    node->data = data;
    node->stamp = ++last_stamp;
    node->row = (unsigned)(row + 1);
    node->count = (unsigned)count;
    node->constant = constant;
    node->grad_is = NUMBER;
    node->grad.number = 0.0;
    node->op = Py_NewRef(row_op[row]);
    node->notes = NULL;
    node->followed = 0;
    node->collected = collected;
    if (collected)
        PyObject_GC_Track(node);
    return (PyObject *)node;
}

/* A Value as it is, with a reference of its own; a number as a constant. */
static inline Node *lifted(PyObject *thing, double number)
{
    return is_value(thing) ? (Node *)Py_NewRef(thing) : leaf(number, YES);
}

/* Whether this thread records no graph. */
static int is_off(void)
{
    PyObject *thread = PyLong_FromUnsignedLong(PyThread_get_thread_ident());
    int here = thread ? PySet_Contains(off, thread) : -1;
    Py_XDECREF(thread);
    return here;
}

/* What a row gives for Values and numbers; NULL without an error if Python has to say. */
static inline PyObject *quick_op(int row, int count, PyObject *a, PyObject *b)
{
    double v[2];
    int ask = watched || !row_holds[row], values = 0;
    if (is_value(a)) {
        v[0] = ((Node *)a)->data;
        values++;
    }
    else if (!plain_number(a, &v[0]))
        return NULL;
    if (count == 2) {
        if (is_value(b)) {
            v[1] = ((Node *)b)->data;
            values++;
        }
        else if (!plain_number(b, &v[1]))
            return NULL;
    }
    double y = rows[row].forward(v, &ask);
    if (ask || !values || !isfinite(y))
        return NULL;
    if (PySet_GET_SIZE(off)) {
        int here = is_off();
        if (here)
            return here < 0 || recording ? NULL : (PyObject *)leaf(y, YES);
    }
    Node *left = lifted(a, v[0]), *right = NULL;
    if (left == NULL)
        return NULL;
    if (count == 2) {
        right = lifted(b, v[1]);
        if (right == NULL) {
            Py_DECREF(left);
            return NULL;
        }
    }
    return made(row, y, count, left, right);
}

/* --- operators ------------------------------------------------------------------------

   `rows.h` has one function for each operator, and hands it on to these, with the
   methods of Value's in Python that stand behind it. */

typedef struct {
    const char *name, *reflected_name;
    PyObject *method, *reflected;
} Operator;

/* As Python's own operators of classes go about it: the left one is asked first. */
static PyObject *slow_binary(
    const Operator *operator, PyObject *a, PyObject *b, PyObject *modulus)
{
    if (PyObject_TypeCheck(a, value_type)) {
        PyObject *y =
            modulus == NULL || modulus == Py_None
                ? PyObject_CallFunctionObjArgs(operator->method, a, b, NULL)
                : PyObject_CallFunctionObjArgs(operator->method, a, b, modulus, NULL);
        if (y != Py_NotImplemented || Py_TYPE(a) == Py_TYPE(b))
            return y;
        Py_DECREF(y);
    }
    if (PyObject_TypeCheck(b, value_type))
        return PyObject_CallFunctionObjArgs(operator->reflected, b, a, NULL);
    Py_RETURN_NOTIMPLEMENTED;
}

static inline PyObject *binary(
    const Operator *operator, int row, PyObject *a, PyObject *b, PyObject *modulus)
{
    if (modulus == NULL || modulus == Py_None) {
        PyObject *y = quick_op(row, 2, a, b);
        if (y != NULL || PyErr_Occurred())
            return y;
    }
    return slow_binary(operator, a, b, modulus);
}

static inline PyObject *unary(const Operator *operator, int row, PyObject *a)
{
    PyObject *y = quick_op(row, 1, a, NULL);
    if (y != NULL || PyErr_Occurred())
        return y;
    return PyObject_CallOneArg(operator->method, a);
}

#define OPERATORS
#include "rows.h"

/* --- shortcuts ------------------------------------------------------------------------

   A shortcut stands before a function of Python's: it does the common case, and calls
   the function for all others. To whoever asks, it looks like the function. */

typedef struct Shortcut Shortcut;
typedef PyObject *Quick(Shortcut *self, PyObject *const *args, Py_ssize_t count);

struct Shortcut {
    PyObject_HEAD
    vectorcallfunc call;
    PyObject *function;
    Quick *quick;                 /* gives NULL without an error where it is not common */
    int row;
};

static PyObject *shortcut_call(
    PyObject *callable, PyObject *const *args, size_t flags, PyObject *names)
{
    Shortcut *self = (Shortcut *)callable;
    if (names == NULL) {
        PyObject *y = self->quick(self, args, PyVectorcall_NARGS(flags));
        if (y != NULL || PyErr_Occurred())
            return y;
    }
    return PyObject_Vectorcall(self->function, args, flags, names);
}

static PyObject *shortcut_get(PyObject *self, PyObject *instance, PyObject *type)
{
    if (instance == NULL)
        return Py_NewRef(self);
    return PyMethod_New(self, instance);
}

static PyObject *shortcut_attribute(PyObject *self, PyObject *name)
{
    if (PyUnicode_CompareWithASCIIString(name, "__wrapped__") == 0)
        return Py_NewRef(((Shortcut *)self)->function);
    return PyObject_GetAttr(((Shortcut *)self)->function, name);
}

static int shortcut_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((Shortcut *)self)->function);
    return 0;
}

static void shortcut_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((Shortcut *)self)->function);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMemberDef shortcut_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Shortcut, call), READONLY, NULL},
    {NULL},
};

static PyType_Slot shortcut_slots[] = {
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_descr_get, shortcut_get},
    {Py_tp_getattro, shortcut_attribute},
    {Py_tp_traverse, shortcut_traverse},
    {Py_tp_dealloc, shortcut_dealloc},
    {Py_tp_members, shortcut_members},
    {0, NULL},
};

static PyType_Spec shortcut_spec = {
    .name = "autograd.native.Shortcut",
    .basicsize = sizeof(Shortcut),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL
             | Py_TPFLAGS_METHOD_DESCRIPTOR | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = shortcut_slots,
};

/* Value.tanh and the like. */
static PyObject *quick_method(Shortcut *self, PyObject *const *args, Py_ssize_t count)
{
    return count == 1 ? quick_op(self->row, 1, args[0], NULL) : NULL;
}

/* Op.__call__: the row of the table that is called, and its arguments. */
static PyObject *quick_call(Shortcut *self, PyObject *const *args, Py_ssize_t count)
{
    int row = count ? row_of(args[0]) : -1;
    if (row < 0 || count - 1 != rows[row].arity || count > 3)
        return NULL;
    return quick_op(row, (int)count - 1, args[1], count == 3 ? args[2] : NULL);
}

/* build(node, data, op, args, constant): make an empty object a node. */
static PyObject *quick_build(Shortcut *self, PyObject *const *args, Py_ssize_t count)
{
    if (watched || PySet_GET_SIZE(off) || count != 5 || !is_node(args[0]) || !PyFloat_CheckExact(args[1])
            || !PyTuple_CheckExact(args[3]) || !PyBool_Check(args[4]))
        return NULL;
    PyObject *self_ = args[0];
    Node *node = (Node *)self_;
    if (set_args(self_, args[3], NULL) < 0 || set_op(self_, args[2], NULL) < 0)
        return NULL;
    node->data = PyFloat_AS_DOUBLE(args[1]);
    node->constant = args[4] == Py_True ? YES : NO;
    node->stamp = ++last_stamp;
    if (node->grad_is == OBJECT)
        Py_DECREF(node->grad.object);
    node->grad_is = NUMBER;
    node->grad.number = 0.0;
    settle(node);
    return Py_NewRef(self_);
}

static PyObject *quick_note_edit(Shortcut *self, PyObject *const *args, Py_ssize_t count)
{
    if (count)
        return NULL;
    edited = ++last_stamp;
    Py_RETURN_NONE;
}

static PyObject *quick_last_edit(Shortcut *self, PyObject *const *args, Py_ssize_t count)
{
    return count ? NULL : PyLong_FromUnsignedLongLong(edited);
}

/* These two only listen to what Python is told. */

static PyObject *quick_set_watch(Shortcut *self, PyObject *const *args, Py_ssize_t count)
{
    if (count == 1)
        watched = args[0] != Py_None;
    return NULL;
}

static PyObject *quick_set_reading(Shortcut *self, PyObject *const *args, Py_ssize_t count)
{
    if (count == 2)
        recording = args[0] != Py_None;
    return NULL;
}

/* --- leaves, and the number of a node ------------------------------------------------ */

/* A profiler sees calls of Python's functions; so while there is one, they are called. */
static int profiled(void)
{
    return PyThreadState_Get()->c_profilefunc != NULL;
}

static PyObject *value_init;      /* Value.__init__, and the state of Value it is from */
static unsigned value_version;

/* Whether Value is still made as it was. */
static int init_stands(void)
{
    if (value_version != 0 && value_type->tp_version_tag == value_version)
        return 1;
    PyObject *init = PyObject_GetAttrString((PyObject *)value_type, "__init__");
    PyObject *new = PyObject_GetAttrString((PyObject *)value_type, "__new__");
    int stands = init == value_init && value_type->tp_new == PyBaseObject_Type.tp_new;
    Py_XDECREF(init);
    Py_XDECREF(new);
    PyErr_Clear();
    value_version = stands ? value_type->tp_version_tag : 0;
    return stands;
}

/* Value(data) and Value(data, label). */
static PyObject *value_call(
    PyObject *type, PyObject *const *args, size_t flags, PyObject *names)
{
    Py_ssize_t count = PyVectorcall_NARGS(flags);
    double data;
    if (names == NULL && (count == 1 || (count == 2 && PyUnicode_CheckExact(args[1])))
            && plain_number(args[0], &data) && init_stands() && !profiled()) {
        Node *node = leaf(data, NO);
        if (node && count == 2 && PyUnicode_GET_LENGTH(args[1])) {
            node->notes = Py_BuildValue("{sO}", "label", args[1]);
            if (node->notes == NULL)
                Py_CLEAR(node);
        }
        return (PyObject *)node;
    }
    PyObject *tuple = PyTuple_New(count), *named = NULL, *y = NULL;
    for (Py_ssize_t i = 0; tuple && i < count; i++)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(args[i]));
    if (names)
        named = PyDict_New();
    for (Py_ssize_t i = 0; named && i < PyTuple_GET_SIZE(names); i++)
        if (PyDict_SetItem(named, PyTuple_GET_ITEM(names, i), args[count + i]) < 0)
            Py_CLEAR(named);
    if (tuple && (named || !names))
        y = PyType_Type.tp_call(type, tuple, named);
    Py_XDECREF(tuple);
    Py_XDECREF(named);
    return y;
}

/* The property `data`, before the one of Python's that answers all other cases. */

typedef struct {
    PyObject_HEAD
    PyObject *property;
} Data;

static PyObject *data_get(PyObject *self, PyObject *instance, PyObject *type)
{
    if (instance == NULL)
        return Py_NewRef(self);
    if (!recording && ((Node *)instance)->stamp && !profiled())
        return PyFloat_FromDouble(((Node *)instance)->data);
    PyObject *property = ((Data *)self)->property;
    return Py_TYPE(property)->tp_descr_get(property, instance, type);
}

static int data_set(PyObject *self, PyObject *instance, PyObject *given)
{
    Node *node = (Node *)instance;
    double number;
    if (!recording && node->constant == NO && given && plain_number(given, &number)) {
        if (number != node->data)
            edited = ++last_stamp;
        node->data = number;
        return 0;
    }
    PyObject *property = ((Data *)self)->property;
    return Py_TYPE(property)->tp_descr_set(property, instance, given);
}

static PyObject *data_attribute(PyObject *self, PyObject *name)
{
    return PyObject_GetAttr(((Data *)self)->property, name);
}

static void data_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_XDECREF(((Data *)self)->property);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyType_Slot data_slots[] = {
    {Py_tp_descr_get, data_get},
    {Py_tp_descr_set, data_set},
    {Py_tp_getattro, data_attribute},
    {Py_tp_dealloc, data_dealloc},
    {0, NULL},
};

static PyType_Spec data_spec = {
    .name = "autograd.native.Data",
    .basicsize = sizeof(Data),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = data_slots,
};

/* --- the reverse sweep ----------------------------------------------------------------

   From the output back to the leaves, in falling order of stamps: once a node y is
   reached, all that depends on it has been, its adjoint ȳ is complete, and it hands it
   on to its args:

       ā += ȳ · ∂y/∂a

   A stamp says where the adjoint of a node waits: in pages, for stamps of one program
   lie close together, and those of several programs may lie far apart. So the order
   needs no search, and each node is visited once. Leaves may be as old as they like;
   they have a list of their own, in which what to differentiate by comes first.
   Constants have no adjoint.

   On its visit a node gets its adjoint as grad, and its grad before waits in its place.
   If the sweep cannot be finished, they change back. */

typedef union {
    double number;
    PyObject *object;             /* if gradients are graphs again */
} Adjoint;

typedef struct {
    Node *node;
    Adjoint adjoint;
} Slot;

#define PAGE 32
#define AHEAD 6

typedef struct {
    Adjoint blank;                /* until something is handed on */
    uint64_t newest;              /* the stamp of the output */
    uint64_t since;               /* what is older counts as a leaf */
    size_t own;                   /* how many leaves there are to differentiate by */
    int alone, others;            /* whether there may be no others; whether there are */
    uint64_t number;              /* of the sweep */
    Slot **pages, *leaves;
    size_t page_count, leaf_count, leaf_room;
} Sweep;

enum { DONE, ASK, FAILED };       /* how it ends: ASK leaves it to Python */

static uint64_t last_sweep;

static Slot *page_for(Sweep *sweep, size_t number)
{
    if (number >= sweep->page_count) {
        size_t count = 2 * number + 2;
        Slot **pages = PyMem_Realloc(sweep->pages, count * sizeof *pages);
        if (pages == NULL)
            return NULL;
        memset(pages + sweep->page_count, 0,
               (count - sweep->page_count) * sizeof *pages);
        sweep->pages = pages;
        sweep->page_count = count;
    }
    return sweep->pages[number] = PyMem_Calloc(PAGE, sizeof(Slot));
}

/* Whether a node is in the list of leaves, before an end. */
static inline int is_listed(const Sweep *sweep, const Node *node, size_t end)
{
    return node->place < end && sweep->leaves[node->place].node == node;
}

/* Whether the number of a node may not agree with its args any more. */
static inline int is_doubtful(const Node *node)
{
    return node->count != 0 && node->stamp <= edited;
}

static Slot *leaf_slot(Sweep *sweep, Node *leaf)
{
    if (is_listed(sweep, leaf, sweep->leaf_count))
        return &sweep->leaves[leaf->place];
    sweep->others = sweep->own != 0;
    if ((sweep->alone && sweep->others) || is_doubtful(leaf))
        return NULL;
    if (sweep->leaf_count == sweep->leaf_room) {
        size_t room = 2 * sweep->leaf_room + 8;
        Slot *leaves = room < UINT32_MAX
            ? PyMem_Realloc(sweep->leaves, room * sizeof *leaves) : NULL;
        if (leaves == NULL)
            return NULL;
        sweep->leaves = leaves;
        sweep->leaf_room = room;
    }
    leaf->place = (uint32_t)sweep->leaf_count;
    Slot *slot = &sweep->leaves[sweep->leaf_count++];
    *slot = (Slot){leaf, sweep->blank};
    return slot;
}

/* Where the adjoint of a node is; NULL if there is no room, or one stamp for two. */
static inline Slot *slot_of(Sweep *sweep, Node *node)
{
    if (node->count == 0 || node->stamp < sweep->since
            || is_listed(sweep, node, sweep->own))
        return leaf_slot(sweep, node);
    uint64_t age = sweep->newest - node->stamp;
    size_t number = (size_t)(age / PAGE);
    Slot *page = number < sweep->page_count ? sweep->pages[number] : NULL;
    if (page == NULL && (page = page_for(sweep, number)) == NULL)
        return NULL;
    Slot *slot = &page[age % PAGE];
    if (slot->node == NULL)
        *slot = (Slot){node, sweep->blank};
    return slot->node == node ? slot : NULL;
}

/* Whether a row takes argument number `i`; Python has to say where it asks. */
static inline int takes(const Row *row, int i, const double *v, int *ask)
{
    return row->taken[i] == NULL || row->taken[i](v, ask) != 0.0;
}

/* Hand the adjoint of a node on to its args. */
static inline int hand_on(Sweep *sweep, Node *node, double adjoint)
{
    Node **args = args_of(node);
    int count = count_of(node);
    if (is_doubtful(node))
        return ASK;
    if (isnan(adjoint)) {         /* nothing to hand on; but they are visited, too */
        for (int i = 0; i < count; i++)
            if (args[i]->constant != YES && slot_of(sweep, args[i]) == NULL)
                return ASK;
        return DONE;
    }
    if (!node->row || !row_holds[node->row - 1])
        return ASK;
    const Row *row = &rows[node->row - 1];
    double v[MOST_ARGS + 1];
    numbers_of(node, v);
    for (int i = 0; i < count; i++) {
        Node *arg = args[i];
        if (arg->constant == YES)
            continue;
        Slot *slot = arg->stamp < node->stamp ? slot_of(sweep, arg) : NULL;
        if (slot == NULL)
            return ASK;
        int ask = 0;
        if (!takes(row, i, v, &ask) && !ask)
            continue;
        double share = adjoint;
        if (row->partial[i])
            share *= row->partial[i](v, &ask);
        if (!isnan(slot->adjoint.number))
            share += slot->adjoint.number;
        if (ask || !isfinite(share))
            return ASK;
        slot->adjoint.number = share;
    }
    return DONE;
}

/* Let a node and its place exchange grad and adjoint. */
static inline void exchange(Slot *slot)
{
    double grad = slot->node->grad.number;
    slot->node->grad.number = isnan(slot->adjoint.number) ? 0.0 : slot->adjoint.number;
    slot->adjoint.number = grad;
}

/* Let the first nodes, up to a place, have the grads that they had. */
static void undo(Sweep *sweep, const Slot *end)
{
    for (size_t number = 0; number < sweep->page_count; number++) {
        Slot *page = sweep->pages[number];
        for (int i = 0; page && i < PAGE; i++) {
            if (&page[i] == end)
                return;
            if (page[i].node)
                page[i].node->grad.number = page[i].adjoint.number;
        }
    }
}

#define OFTEN 0x1FFF              /* signals are looked for each so many pages */

/* Whether a signal, or whatever else was run meanwhile, ends the sweep. */
static int interrupted(const Sweep *sweep)
{
    if (PyErr_CheckSignals() < 0)
        return FAILED;
    return sweep->number == last_sweep ? DONE : ASK;
}

/* Visit all nodes behind `root`. Inner nodes get their adjoints as grads, if wanted. */
static int visit_all(Sweep *sweep, Node *root, double seed, int grads)
{
    int state = DONE;
    Slot *slot = slot_of(sweep, root);
    if (slot == NULL)
        return ASK;
    slot->adjoint.number = seed;
    for (size_t number = 0; number < sweep->page_count; number++) {
        Slot *page = sweep->pages[number];
        if ((number & OFTEN) == OFTEN && (state = interrupted(sweep)) != DONE) {
            if (grads)
                undo(sweep, page);
            return state;
        }
        for (int i = 0; page && i < PAGE; i++) {
            slot = &page[i];
            if (i + AHEAD < PAGE && slot[AHEAD].node)
                fetch(slot[AHEAD].node);
            if (slot->node == NULL)
                continue;
            state = grads && slot->node->grad_is != NUMBER
                ? ASK : hand_on(sweep, slot->node, slot->adjoint.number);
            if (state != DONE) {
                if (grads)
                    undo(sweep, slot);
                return state;
            }
            if (grads)
                exchange(slot);
        }
    }
    return DONE;
}

static Sweep new_sweep(uint64_t newest, Adjoint blank)
{
    return (Sweep){.blank = blank, .newest = newest, .number = ++last_sweep};
}

static const Adjoint no_number = {.number = NAN};

static void forget(Sweep *sweep)
{
    for (size_t number = 0; number < sweep->page_count; number++)
        PyMem_Free(sweep->pages[number]);
    PyMem_Free(sweep->pages);
    PyMem_Free(sweep->leaves);
}

/* Put the derivative of `root` into the grad of every node, or touch none. */
static int backward(Node *root, double seed)
{
    Sweep sweep = new_sweep(root->stamp, no_number);
    int state = visit_all(&sweep, root, seed, 1);
    double before = 0.0;
    /* Leaves add up. Whether they can is known before any is touched. */
    for (size_t i = 0; i < sweep.leaf_count && state == DONE; i++) {
        Slot *slot = &sweep.leaves[i];
        PyObject *grad = slot->node->grad.object;
        if (slot->node->grad_is == NUMBER)
            before = slot->node->grad.number;
        else if (slot->node->grad_is != OBJECT || !plain_number(grad, &before)) {
            undo(&sweep, NULL);
            state = ASK;
        }
        double adjoint = slot->adjoint.number;
        slot->adjoint.number = before + (isnan(adjoint) ? 0.0 : adjoint);
    }
    for (size_t i = 0; i < sweep.leaf_count && state == DONE; i++) {
        Node *leaf = sweep.leaves[i].node;
        if (leaf->grad_is == OBJECT)
            Py_DECREF(leaf->grad.object);  /* an int */
        leaf->grad_is = NUMBER;
        leaf->grad.number = sweep.leaves[i].adjoint.number;
    }
    forget(&sweep);
    return state;
}

/* Value.backward() and Value.backward(seed). */
static PyObject *quick_backward(Shortcut *self, PyObject *const *args, Py_ssize_t count)
{
    double seed = 1.0;
    if (recording || watched || count < 1 || count > 2 || !is_value(args[0])
            || (count == 2 && !plain_number(args[1], &seed))
            || seed == 0.0 || !isfinite(seed))
        return NULL;
    if (((Node *)args[0])->constant == YES || backward((Node *)args[0], seed) == DONE)
        Py_RETURN_NONE;
    return NULL;
}

/* --- gradients that are graphs again ---------------------------------------------------

   The same sweep with adjoints that are Python's objects: numbers or Values. A partial is
   the function of the row in Python, called with the nodes themselves; its operators are
   those above, so that it makes nodes. Only nodes that depend on what to differentiate by
   have an adjoint: `blank` is NULL, and None is put in place of it where one may come. */

static PyObject *row_partials[ROWS];  /* the functions of Python's */

/* What to differentiate by may be made of something itself, which is older than all. */
static int look_behind(Sweep *sweep, Node *node)
{
    Node **args = args_of(node);
    if (node->count && is_listed(sweep, node, sweep->own))
        for (int i = count_of(node); i--;) {
            if (args[i]->constant == YES)
                continue;
            if (args[i]->stamp >= sweep->since || is_doubtful(args[i]))
                return ASK;
            sweep->others = 1;
        }
    return DONE;
}

/* Have a slot for all nodes that those that have one depend on. */
static int reach_all(Sweep *sweep)
{
    for (size_t number = 0; number < sweep->page_count; number++) {
        int state = (number & OFTEN) == OFTEN ? interrupted(sweep) : DONE;
        if (state != DONE)
            return state;
        Slot *page = sweep->pages[number];
        for (int i = 0; page && i < PAGE; i++) {
            Node *node = page[i].node;
            if (node == NULL)
                continue;
            if (is_doubtful(node) || !node->row || !row_holds[node->row - 1])
                return ASK;
            Node **args = args_of(node);
            for (int k = count_of(node); k--;)
                if (args[k]->constant != YES
                        && (args[k]->stamp >= node->stamp || !slot_of(sweep, args[k])
                            || look_behind(sweep, args[k]) != DONE))
                    return ASK;
        }
    }
    return DONE;
}

typedef int Visit(Sweep *sweep, Slot *slot);

/* Visit all nodes that have a slot and are no leaves, args first. */
static int visit_rising(Sweep *sweep, Visit *visit)
{
    for (size_t number = sweep->page_count; number--;) {
        Slot *page = sweep->pages[number];
        int state = (number & OFTEN) == OFTEN ? interrupted(sweep) : DONE;
        for (int i = PAGE; page && i-- && state == DONE;)
            if (page[i].node)
                state = visit(sweep, &page[i]);
        if (state != DONE)
            return state;
    }
    return DONE;
}

/* Note a node that depends on what to differentiate by, through what it takes. */
static int note_active(Sweep *sweep, Slot *slot)
{
    Node *node = slot->node, **args = args_of(node);
    const Row *row = &rows[node->row - 1];
    double v[MOST_ARGS + 1];
    int ask = 0;
    numbers_of(node, v);
    for (int i = count_of(node); i-- && !slot->adjoint.object;)
        if (args[i]->constant != YES && slot_of(sweep, args[i])->adjoint.object
                && takes(row, i, v, &ask))
            slot->adjoint.object = Py_None;
    return ask ? ASK : DONE;
}

/* How a sweep ends in which Python's code raised an error: it will raise it again. */
static int raised_in_python(void)
{
    if (!PyErr_ExceptionMatches(PyExc_Exception))
        return FAILED;
    PyErr_Clear();
    return ASK;
}

static int is_finite(PyObject *number)
{
    double x;
    return is_value(number) ? isfinite(((Node *)number)->data)
                            : plain_number(number, &x) && isfinite(x);
}

/* Replace what is in a slot by its sum with a share, whose reference is taken over. */
static int add_share(Sweep *sweep, Adjoint *total, PyObject *share)
{
    if (share == NULL)
        return raised_in_python();
    if (!is_finite(share) || sweep->number != last_sweep) {
        Py_DECREF(share);
        return ASK;
    }
    if (total->object == Py_None || total->object == NULL) {
        total->object = share;
        return DONE;
    }
    PyObject *sum = PyNumber_Add(total->object, share);
    Py_DECREF(share);
    if (sum == NULL)
        return raised_in_python();
    Py_SETREF(total->object, sum);
    return DONE;
}

/* The partial of a node by an arg, as a graph; NULL where Python raises. */
static PyObject *partial_of(Node *node, int i)
{
    int count = count_of(node);
    PyObject *operands[MOST_ARGS + 1];
    memcpy(operands, args_of(node), count * sizeof *operands);
    operands[count] = (PyObject *)node;
    PyObject *partial = PyTuple_GET_ITEM(row_partials[node->row - 1], i);
    return PyObject_Vectorcall(partial, operands, count + 1, NULL);
}

/* first · second, or the other factor if the partial is 1 everywhere. */
static PyObject *share_of(Node *node, int i, PyObject *adjoint, int partial_first)
{
    if (rows[node->row - 1].partial[i] == NULL)
        return Py_NewRef(adjoint);
    PyObject *partial = partial_of(node, i);
    if (partial == NULL)
        return NULL;
    PyObject *share = partial_first ? PyNumber_Multiply(partial, adjoint)
                                    : PyNumber_Multiply(adjoint, partial);
    Py_DECREF(partial);
    return share;
}

/* Hand the adjoint of a node on to its args. */
static int hand_on_graph(Sweep *sweep, Slot *slot)
{
    Node *node = slot->node, **args = args_of(node);
    const Row *row = &rows[node->row - 1];
    PyObject *adjoint = slot->adjoint.object;
    int count = count_of(node), state = DONE, ask = 0;
    double v[MOST_ARGS + 1];
    if (adjoint == NULL || adjoint == Py_None)
        return DONE;
    numbers_of(node, v);
    for (int i = 0; i < count && state == DONE; i++) {
        if (args[i]->constant == YES || !takes(row, i, v, &ask))
            continue;
        Slot *to = slot_of(sweep, args[i]);
        if (to->adjoint.object != NULL)
            state = add_share(sweep, &to->adjoint, share_of(node, i, adjoint, 0));
    }
    return ask ? ASK : state;
}

static void forget_objects(Sweep *sweep)
{
    for (size_t number = 0; number < sweep->page_count; number++)
        for (int i = 0; sweep->pages[number] && i < PAGE; i++)
            if (sweep->pages[number][i].adjoint.object != Py_None)
                Py_XDECREF(sweep->pages[number][i].adjoint.object);
    for (size_t i = 0; i < sweep->leaf_count; i++)
        if (sweep->leaves[i].adjoint.object != Py_None)
            Py_XDECREF(sweep->leaves[i].adjoint.object);
    forget(sweep);
}

/* Visit all nodes behind `root`, from which on gradients are graphs. */
static int visit_graph(Sweep *sweep, Node *root, PyObject *seed)
{
    Slot *slot = slot_of(sweep, root);
    int state = slot ? look_behind(sweep, root) : ASK;
    if (state == DONE)
        state = reach_all(sweep);
    if (state == DONE && sweep->own)
        state = sweep->others ? visit_rising(sweep, note_active) : ASK;
    if (state != DONE)
        return state;
    slot = slot_of(sweep, root);  /* leaves may have moved */
    if (slot->adjoint.object)
        slot->adjoint.object = Py_NewRef(seed);
    for (size_t number = 0; number < sweep->page_count; number++) {
        Slot *page = sweep->pages[number];
        if ((number & OFTEN) == OFTEN)
            state = interrupted(sweep);
        for (int i = 0; page && i < PAGE && state == DONE; i++)
            if (page[i].node)
                state = hand_on_graph(sweep, &page[i]);
        if (state != DONE)
            return state;
    }
    return sweep->number == last_sweep ? DONE : ASK;
}

/* Begin a sweep with what to differentiate by; some of it may be `inner` nodes. */
static int begin(Sweep *sweep, PyObject *const *variables, Py_ssize_t count, int *inner)
{
    uint64_t since = UINT64_MAX;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!is_value(variables[i]))
            return ASK;
        Node *variable = (Node *)variables[i];
        *inner |= variable->count != 0;
        if (variable->stamp < since)
            since = variable->stamp;
        Slot *slot = leaf_slot(sweep, variable);
        if (slot == NULL)
            return ASK;
        if (slot->adjoint.object == NULL)
            slot->adjoint.object = Py_None;
    }
    sweep->since = since;
    sweep->own = sweep->leaf_count;
    return count ? DONE : ASK;
}

static const Adjoint no_object = {.object = NULL};

static inline int has_slope(PyObject *thing)
{
    return is_value(thing) && ((Node *)thing)->constant != YES;
}

/* What has come to each of some nodes, as a list; NULL if somebody else came between. */
static PyObject *listed(
    Sweep *sweep, PyObject *const *nodes, Py_ssize_t count, int numbers)
{
    PyObject *list = PyList_New(count);
    for (Py_ssize_t i = 0; list && i < count; i++) {
        Slot *slot = has_slope(nodes[i]) ? slot_of(sweep, (Node *)nodes[i]) : NULL;
        PyObject *found = NULL;
        if (sweep->number != last_sweep)
            ;
        else if (slot == NULL)
            found = PyFloat_FromDouble(0.0);
        else if (numbers)
            found = PyFloat_FromDouble(
                isfinite(slot->adjoint.number) ? slot->adjoint.number : 0.0);
        else if (slot->adjoint.object == NULL || slot->adjoint.object == Py_None)
            found = PyFloat_FromDouble(0.0);
        else
            found = Py_NewRef(slot->adjoint.object);
        if (found == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, i, found);
    }
    return list;
}

/* adjoints_of(variables, root): numbers, if nothing but the variables went into it. */
static PyObject *quick_adjoints_of(
    Shortcut *self, PyObject *const *args, Py_ssize_t count)
{
    if (recording || watched || count != 2 || !PyList_CheckExact(args[0])
            || !is_value(args[1]))
        return NULL;
    PyObject *const *variables = ((PyListObject *)args[0])->ob_item, *list = NULL;
    Py_ssize_t number_of = PyList_GET_SIZE(args[0]);
    Node *root = (Node *)args[1];
    Sweep sweep = new_sweep(root->stamp, no_number);
    int inner = 0, state = begin(&sweep, variables, number_of, &inner), numbers = !inner;
    sweep.alone = 1;
    if (state == DONE && numbers && root->constant != YES)
        state = visit_all(&sweep, root, 1.0, 0);
    if (inner || sweep.others) {
        forget(&sweep);
        numbers = 0;
        sweep = new_sweep(root->stamp, no_object);
        state = begin(&sweep, variables, number_of, &inner);
        PyObject *seed = PyFloat_FromDouble(1.0);
        if (state == DONE && root->constant != YES)
            state = seed ? visit_graph(&sweep, root, seed) : FAILED;
        Py_XDECREF(seed);
    }
    if (state == DONE)
        list = listed(&sweep, variables, number_of, numbers);
    if (numbers)
        forget(&sweep);
    else
        forget_objects(&sweep);
    return list;
}

/* backward(root, seed, create_graph) of `reverse`: gradients that are Values. */
static PyObject *quick_graph(Shortcut *self, PyObject *const *args, Py_ssize_t count)
{
    if (recording || watched || count != 3 || args[2] != Py_True || !is_value(args[0])
            || !is_value(args[1]) || ((Node *)args[1])->data == 0.0)
        return NULL;
    Node *root = (Node *)args[0];
    if (root->constant == YES)
        Py_RETURN_NONE;
    Sweep sweep = new_sweep(root->stamp, (Adjoint){.object = Py_None});
    int state = visit_graph(&sweep, root, args[1]);
    PyObject *zero = PyFloat_FromDouble(0.0), *none = NULL;
    if (state == DONE && zero)
        none = PyNumber_Multiply(args[1], zero);
    if (none == NULL)
        state = FAILED;
    /* Leaves add up. Whether they can is known before any is touched. */
    for (size_t i = 0; i < sweep.leaf_count && state == DONE; i++) {
        Slot *slot = &sweep.leaves[i];
        PyObject *adjoint = slot->adjoint.object, *sum = NULL;
        PyObject *before = get_grad((PyObject *)slot->node, "grad");
        if (before)
            sum = PyNumber_Add(before, adjoint == Py_None ? none : adjoint);
        Py_XDECREF(before);
        if (sum == NULL)
            state = raised_in_python();
        else {
            slot->adjoint.object = sum;
            if (adjoint != Py_None)
                Py_DECREF(adjoint);
        }
    }
    for (size_t n = 0; n < sweep.page_count && state == DONE; n++)
        for (int i = 0; sweep.pages[n] && i < PAGE && state == DONE; i++) {
            Slot *slot = &sweep.pages[n][i];
            PyObject *adjoint = slot->adjoint.object;
            if (slot->node && set_grad((PyObject *)slot->node,
                                       adjoint == Py_None ? none : adjoint, NULL) < 0)
                state = FAILED;
        }
    for (size_t i = 0; i < sweep.leaf_count && state == DONE; i++)
        if (set_grad((PyObject *)sweep.leaves[i].node,
                     sweep.leaves[i].adjoint.object, NULL) < 0)
            state = FAILED;
    Py_XDECREF(zero);
    Py_XDECREF(none);
    forget_objects(&sweep);
    return state == DONE ? Py_NewRef(Py_None) : NULL;
}

/* --- the forward sweep ----------------------------------------------------------------

   The tangent of each node, from those of its args:

       ẏ = Σ ∂y/∂a · ȧ

   in rising order of stamps: numbers, if nothing but the inputs went into the outputs,
   and else objects of Python's. Only where a path that is taken leads on to an output is
   a partial asked for; elsewhere tangents are `unseen`. */

static const Adjoint unseen = {.number = -INFINITY};

/* Note the nodes that the number of one is taken from, which is to be seen itself. */
static int note_seen(Sweep *sweep, Slot *slot, Adjoint blank)
{
    Node *node = slot->node, **args = args_of(node);
    const Row *row = &rows[node->row - 1];
    double v[MOST_ARGS + 1];
    int ask = 0;
    numbers_of(node, v);
    for (int i = count_of(node); i--;)
        if (args[i]->constant != YES && takes(row, i, v, &ask)) {
            Slot *from = slot_of(sweep, args[i]);
            if (from->adjoint.object == sweep->blank.object)
                from->adjoint = blank;
        }
    return ask ? ASK : DONE;
}

static int tangent_number(Sweep *sweep, Slot *slot)
{
    Node *node = slot->node, **args = args_of(node);
    const Row *row = &rows[node->row - 1];
    double v[MOST_ARGS + 1], total = NAN;
    int ask = 0;
    if (slot->adjoint.number == unseen.number)
        return DONE;
    numbers_of(node, v);
    for (int i = 0; i < row->arity; i++) {
        double tangent = args[i]->constant == YES
            ? NAN : slot_of(sweep, args[i])->adjoint.number;
        if (!isfinite(tangent) || !takes(row, i, v, &ask))
            continue;
        double share = row->partial[i] ? row->partial[i](v, &ask) * tangent : tangent;
        total = isnan(total) ? share : total + share;
        if (ask || !isfinite(total))
            return ASK;
    }
    slot->adjoint.number = total;
    return DONE;
}

static int tangent_object(Sweep *sweep, Slot *slot)
{
    Node *node = slot->node, **args = args_of(node);
    const Row *row = &rows[node->row - 1];
    double v[MOST_ARGS + 1];
    int ask = 0, state = DONE;
    if (slot->adjoint.object == NULL)
        return DONE;
    numbers_of(node, v);
    for (int i = 0; i < row->arity && state == DONE; i++) {
        PyObject *tangent = args[i]->constant == YES
            ? NULL : slot_of(sweep, args[i])->adjoint.object;
        if (tangent != NULL && tangent != Py_None && takes(row, i, v, &ask))
            state = add_share(sweep, &slot->adjoint, share_of(node, i, tangent, 1));
    }
    return ask ? ASK : state;
}

/* Give each input its tangent; those that are 0 ask for nothing. */
static int take_tangents(Sweep *sweep, PyObject *inputs, int numbers, Adjoint blank)
{
    PyObject *input, *tangent;
    Py_ssize_t at = 0;
    double number;
    while (PyDict_Next(inputs, &at, &input, &tangent)) {
        Slot *slot = leaf_slot(sweep, (Node *)input);
        if (is_value(tangent))
            number = ((Node *)tangent)->data;
        else if (!plain_number(tangent, &number))
            return ASK;
        if (!isfinite(number))
            return ASK;
        if (number == 0.0 && !has_slope(tangent))
            slot->adjoint = blank;
        else if (numbers)
            slot->adjoint.number = number;
        else
            slot->adjoint.object = Py_NewRef(tangent);
    }
    return DONE;
}

/* Put the tangent of each node that leads to an output into its slot. */
static int visit_tangents(
    Sweep *sweep, PyObject *outputs, PyObject *inputs, int floats, int numbers)
{
    Adjoint blank = numbers ? no_number : (Adjoint){.object = Py_None};
    int state = DONE;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(outputs); i++) {
        Node *output = (Node *)PyList_GET_ITEM(outputs, i);
        if (!has_slope((PyObject *)output))
            continue;
        Slot *slot = slot_of(sweep, output);
        if (slot == NULL || look_behind(sweep, output) != DONE)
            return ASK;
        slot->adjoint = blank;
    }
    if ((state = reach_all(sweep)) != DONE)
        return state;
    if (numbers != (floats && !sweep->others))
        return ASK;
    for (size_t number = 0; number < sweep->page_count; number++)
        for (int i = 0; sweep->pages[number] && i < PAGE && state == DONE; i++) {
            Slot *slot = &sweep->pages[number][i];
            if (slot->node && slot->adjoint.object != sweep->blank.object)
                state = note_seen(sweep, slot, blank);
        }
    if (state == DONE)
        state = take_tangents(sweep, inputs, numbers, blank);
    if (state == DONE)
        state = visit_rising(sweep, numbers ? tangent_number : tangent_object);
    return state == DONE && sweep->number != last_sweep ? ASK : state;
}

/* tangents_of(outputs, inputs, watch). */
static PyObject *quick_tangents_of(
    Shortcut *self, PyObject *const *args, Py_ssize_t count)
{
    if (recording || watched || count != 3 || args[2] != Py_None
            || !PyList_CheckExact(args[0]) || !PyDict_CheckExact(args[1]))
        return NULL;
    PyObject *outputs = args[0], *inputs = args[1], *list = NULL, *tangent;
    int floats = 1, state = ASK, again = 1;
    uint64_t newest = 0;
    double number;
    Py_ssize_t at = 0;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(outputs); i++) {
        PyObject *output = PyList_GET_ITEM(outputs, i);
        if (is_value(output) && ((Node *)output)->stamp > newest)
            newest = ((Node *)output)->stamp;
        else if (!is_value(output) && !plain_number(output, &number))
            return NULL;
    }
    while (PyDict_Next(inputs, &at, NULL, &tangent))
        floats &= PyFloat_CheckExact(tangent);
    PyObject *keys = PyDict_Keys(inputs);
    if (keys == NULL)
        return NULL;
    for (int numbers = floats; again; numbers = 0) {
        Sweep sweep = new_sweep(newest, numbers ? unseen : no_object);
        int inner = 0;
        state = begin(&sweep, ((PyListObject *)keys)->ob_item, PyList_GET_SIZE(keys), &inner);
        if (state == DONE)
            state = visit_tangents(&sweep, outputs, inputs, floats, numbers);
        if (state == DONE)
            list = listed(&sweep, ((PyListObject *)outputs)->ob_item,
                          PyList_GET_SIZE(outputs), numbers);
        again = state == ASK && numbers && sweep.others;
        if (numbers)
            forget(&sweep);
        else
            forget_objects(&sweep);
    }
    Py_DECREF(keys);
    return list;
}

/* --- the end of a derivative ----------------------------------------------------------- */

static int reach_one(Sweep *sweep, Node *node, int *constants)
{
    if (node->count == 0 || node->stamp < sweep->since)
        *constants = 0;
    else if (slot_of(sweep, node) == NULL)
        return ASK;
    return DONE;
}

/* settled(roots, since) of `graph`: whether all leaves behind the roots are constants. */
static PyObject *quick_settled(Shortcut *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 2 || !PyList_CheckExact(args[0]) || !PyLong_CheckExact(args[1]))
        return NULL;
    PyObject *const *roots = ((PyListObject *)args[0])->ob_item;
    Py_ssize_t number_of = PyList_GET_SIZE(args[0]);
    Sweep sweep = new_sweep(0, no_number);
    sweep.since = PyLong_AsUnsignedLongLong(args[1]);
    if (PyErr_Occurred())
        return NULL;
    for (Py_ssize_t i = 0; i < number_of; i++) {
        if (!is_value(roots[i]))
            return NULL;
        if (((Node *)roots[i])->stamp > sweep.newest)
            sweep.newest = ((Node *)roots[i])->stamp;
    }
    int state = DONE, constants = 1;
    for (Py_ssize_t i = 0; i < number_of && state == DONE; i++)
        if (has_slope(roots[i]))
            state = reach_one(&sweep, (Node *)roots[i], &constants);
    for (size_t number = 0; number < sweep.page_count && constants; number++)
        for (int i = 0; sweep.pages[number] && i < PAGE && state == DONE; i++) {
            Node *node = sweep.pages[number][i].node;
            for (int k = node ? count_of(node) : 0; k-- && state == DONE;)
                if (args_of(node)[k]->constant != YES)
                    state = reach_one(&sweep, args_of(node)[k], &constants);
        }
    forget(&sweep);
    return state == DONE ? PyBool_FromLong(constants) : NULL;
}

/* --- the module ----------------------------------------------------------------------- */

static const struct {
    const char *name;
    Quick *quick;
} shortcuts[] = {
    {"build", quick_build},
    {"note_edit", quick_note_edit},
    {"last_edit", quick_last_edit},
    {"set_watch", quick_set_watch},
    {"set_reading", quick_set_reading},
    {"__call__", quick_call},
    {"Value.backward", quick_backward},
    {"backward", quick_graph},
    {"adjoints_of", quick_adjoints_of},
    {"tangents_of", quick_tangents_of},
    {"settled", quick_settled},
    {"method", quick_method},
};

static PyTypeObject *shortcut_type, *data_type;

/* shortcut(name, function, op=None): what stands before a function. */
static PyObject *core_shortcut(PyObject *module, PyObject *args)
{
    const char *name;
    PyObject *function, *op = Py_None;
    if (!PyArg_ParseTuple(args, "sO|O", &name, &function, &op))
        return NULL;
    for (size_t i = 0; i < sizeof shortcuts / sizeof *shortcuts; i++)
        if (strcmp(shortcuts[i].name, name) == 0) {
            Shortcut *made = PyObject_GC_New(Shortcut, shortcut_type);
            if (made == NULL)
                return NULL;
            made->call = shortcut_call;
            made->function = Py_NewRef(function);
            made->quick = shortcuts[i].quick;
            made->row = row_of(op);
            PyObject_GC_Track(made);
            return (PyObject *)made;
        }
    return PyErr_Format(PyExc_ValueError, "the core has no shortcut %s", name);
}

/* next_stamp(): that of a node which Python makes. */
static PyObject *core_next_stamp(PyObject *module, PyObject *nothing)
{
    return PyLong_FromUnsignedLongLong(++last_stamp);
}

/* data(property): what stands before the property `data`. */
static PyObject *core_data(PyObject *module, PyObject *property)
{
    Data *made = PyObject_New(Data, data_type);
    if (made)
        made->property = Py_NewRef(property);
    return (PyObject *)made;
}

/* The number of the row of that name; -1 with an error if there is none. */
static int row_named(const char *name)
{
    for (int row = 0; row < ROWS; row++)
        if (strcmp(rows[row].name, name) == 0)
            return row;
    PyErr_SetString(PyExc_KeyError, name);
    return -1;
}

/* hold(name, op, holds): note the op that a row was printed from, and if it still is. */
static PyObject *core_hold(PyObject *module, PyObject *args)
{
    const char *name;
    PyObject *op;
    int holds;
    if (!PyArg_ParseTuple(args, "sOp", &name, &op, &holds))
        return NULL;
    int row = row_named(name);
    PyObject *partials = row < 0 ? NULL : PyObject_GetAttrString(op, "partials");
    if (partials == NULL)
        return NULL;
    Py_XSETREF(row_op[row], Py_NewRef(op));
    Py_XSETREF(row_partials[row], partials);
    row_holds[row] = (char)(holds && PyTuple_CheckExact(partials));
    Py_RETURN_NONE;
}

/* compute(name, which, i, numbers): what a formula gives; None if Python has to say. */
static PyObject *core_compute(PyObject *module, PyObject *args)
{
    const char *name, *which;
    int i, ask = 0;
    double v[MOST_ARGS + 1];
    PyObject *numbers;
    if (!PyArg_ParseTuple(args, "ssiO!", &name, &which, &i, &PyTuple_Type, &numbers))
        return NULL;
    for (int k = 0; k < PyTuple_GET_SIZE(numbers) && k <= MOST_ARGS; k++)
        v[k] = PyFloat_AsDouble(PyTuple_GET_ITEM(numbers, k));
    int row = PyErr_Occurred() ? -1 : row_named(name);
    if (row < 0)
        return NULL;
    Formula *formula = *which == 'f' ? rows[row].forward
        : *which == 'p' ? rows[row].partial[i] : rows[row].taken[i];
    double y = formula ? formula(v, &ask) : 1.0;
    if (ask)
        Py_RETURN_NONE;
    return PyFloat_FromDouble(y);
}

/* Whether a formula of C gives what a function of Python's gives, to the bit. */
static int agrees(Formula *formula, PyObject *function, const double *v,
                  PyObject *const *numbers, int count, double *result)
{
    int ask = 0;
    PyObject *found = PyObject_Vectorcall(function, numbers, count, NULL);
    double y = found ? PyFloat_AsDouble(found) : -1.0;  /* where what is taken is a bool */
    Py_XDECREF(found);
    if (y == -1.0 && PyErr_Occurred())
        return -1;
    *result = y;
    double ours = formula ? formula(v, &ask) : 1.0;
    return ask || memcmp(&ours, &y, sizeof y) == 0;
}

/* agrees(name, op): whether a row gives the numbers that the op gives, where it is safe. */
static PyObject *core_agrees(PyObject *module, PyObject *args)
{
    static const double shares[] = {0.13, 0.42, 0.86};
    const char *name;
    PyObject *op, *forward = NULL, *partials = NULL, *taken = NULL, *safe = NULL;
    int same = 1;
    if (!PyArg_ParseTuple(args, "sO", &name, &op))
        return NULL;
    int row = row_named(name);
    if (row < 0)
        return NULL;
    const Row *printed = &rows[row];
    const int arity = printed->arity;
    if (!(forward = PyObject_GetAttrString(op, "forward"))
            || !(partials = PyObject_GetAttrString(op, "partials"))
            || !(taken = PyObject_GetAttrString(op, "taken"))
            || !(safe = PyObject_GetAttrString(op, "safe")))
        same = -1;
    else if (!PyTuple_Check(partials) || PyTuple_GET_SIZE(partials) != arity
            || !PyTuple_Check(taken) || PyTuple_GET_SIZE(taken) != arity)
        same = 0;
    for (size_t k = 0; k < sizeof shares / sizeof *shares && same == 1; k++) {
        double v[MOST_ARGS + 1], ignored;
        PyObject *numbers[MOST_ARGS + 1] = {NULL};
        for (int i = 0; i < arity && same == 1; i++) {
            double low, high;
            PyObject *range = PySequence_GetItem(safe, i);
            if (range == NULL || !PyArg_ParseTuple(range, "dd", &low, &high))
                same = -1;
            else {
                v[i] = low + (high - low) * fmod(shares[k] + 0.31 * i, 1.0);
                if ((numbers[i] = PyFloat_FromDouble(v[i])) == NULL)
                    same = -1;
            }
            Py_XDECREF(range);
        }
        if (same == 1)
            same = agrees(printed->forward, forward, v, numbers, arity, &v[arity]);
        if (same == 1 && (numbers[arity] = PyFloat_FromDouble(v[arity])) == NULL)
            same = -1;
        for (int i = 0; i < arity && same == 1; i++) {
            if (printed->partial[i])
                same = agrees(printed->partial[i], PyTuple_GET_ITEM(partials, i), v,
                              numbers, arity + 1, &ignored);
            if (same == 1 && printed->taken[i])
                same = agrees(printed->taken[i], PyTuple_GET_ITEM(taken, i), v, numbers,
                              arity, &ignored);
        }
        for (int i = 0; i <= arity; i++)
            Py_XDECREF(numbers[i]);
    }
    Py_XDECREF(forward);
    Py_XDECREF(partials);
    Py_XDECREF(taken);
    Py_XDECREF(safe);
    return same < 0 ? NULL : PyBool_FromLong(same);
}

/* threads(off): the set of threads in which no graph is recorded. */
static PyObject *core_threads(PyObject *module, PyObject *threads)
{
    if (!PySet_Check(threads))
        return PyErr_Format(PyExc_TypeError, "the core needs a set of threads");
    Py_XSETREF(off, Py_NewRef(threads));
    Py_RETURN_NONE;
}

/* operator(name, method): give a method of Value's to the operator that it stands behind. */
static PyObject *core_operator(PyObject *module, PyObject *args)
{
    const char *name;
    PyObject *method;
    if (!PyArg_ParseTuple(args, "sO", &name, &method))
        return NULL;
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (strcmp(operators[i].name, name) == 0)
            Py_XSETREF(operators[i].method, Py_NewRef(method));
        else if (operators[i].reflected_name
                 && strcmp(operators[i].reflected_name, name) == 0)
            Py_XSETREF(operators[i].reflected, Py_NewRef(method));
        else
            continue;
        Py_RETURN_TRUE;
    }
    Py_RETURN_FALSE;
}

/* adopt(Value): make its instances here from now on. */
static PyObject *core_adopt(PyObject *module, PyObject *type)
{
    PyTypeObject *value = (PyTypeObject *)type;
    if (!PyType_Check(type) || !PyType_IsSubtype(value, node_type)
            || value->tp_basicsize != sizeof(Node) || value->tp_dictoffset
            || value->tp_weaklistoffset || value->tp_new != PyBaseObject_Type.tp_new) {
        PyErr_SetString(PyExc_TypeError, "the core needs a Value without room of its own");
        return NULL;
    }
    value_init = PyObject_GetAttrString(type, "__init__");
    if (value_init == NULL)
        return NULL;
    value_type = (PyTypeObject *)Py_NewRef(type);
    value->tp_dealloc = node_dealloc;
    value->tp_traverse = node_traverse;
    value->tp_clear = node_clear;
    value->tp_vectorcall = value_call;
    Py_RETURN_NONE;
}

static PyMethodDef core_methods[] = {
    {"shortcut", core_shortcut, METH_VARARGS, NULL},
    {"next_stamp", core_next_stamp, METH_NOARGS, NULL},
    {"data", core_data, METH_O, NULL},
    {"hold", core_hold, METH_VARARGS, NULL},
    {"compute", core_compute, METH_VARARGS, NULL},
    {"agrees", core_agrees, METH_VARARGS, NULL},
    {"threads", core_threads, METH_O, NULL},
    {"operator", core_operator, METH_VARARGS, NULL},
    {"adopt", core_adopt, METH_O, NULL},
    {NULL},
};

static PyType_Slot node_slots[] = {
    {Py_tp_doc, "What an op makes of its args; or a leaf, which no op made."},
    {Py_tp_dealloc, node_dealloc},
    {Py_tp_traverse, node_traverse},
    {Py_tp_clear, node_clear},
    {Py_tp_getset, node_fields},
    OPERATOR_SLOTS
    {0, NULL},
};

static PyType_Spec node_spec = {
    .name = "autograd.node.Node",
    .basicsize = sizeof(Node),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = node_slots,
};

static int core_exec(PyObject *module)
{
    if (node_type != NULL || PyInterpreterState_Get() != PyInterpreterState_Main()) {
        PyErr_SetString(PyExc_ImportError,
                        "the core needs the main interpreter, and is loaded once");
        return -1;
    }
    node_type = (PyTypeObject *)PyType_FromSpec(&node_spec);
    shortcut_type = (PyTypeObject *)PyType_FromSpec(&shortcut_spec);
    data_type = (PyTypeObject *)PyType_FromSpec(&data_spec);
    if (!node_type || !shortcut_type || !data_type)
        return -1;
    value_type = node_type;       /* until there is one */
    int known = head_is_known();
    if (known < 0)
        return -1;
    block_size = known ? BLOCK : 0;
    off = PySet_New(NULL);
    if (off == NULL)
        return -1;
    PyObject *names = PyDict_New();
    for (int row = 0; names && row < ROWS; row++) {
        PyObject *digest = PyUnicode_FromString(rows[row].digest);
        if (digest == NULL || PyDict_SetItemString(names, rows[row].name, digest) < 0)
            Py_CLEAR(names);
        Py_XDECREF(digest);
    }
    if (names == NULL || PyModule_AddObjectRef(module, "ROWS", names) < 0
            || PyModule_AddObjectRef(module, "Node", (PyObject *)node_type) < 0
            || PyModule_AddStringConstant(module, "TABLE", TABLE) < 0)
        return -1;
    Py_DECREF(names);
    return 0;
}

static PyModuleDef_Slot core_slots[] = {
    {Py_mod_exec, core_exec},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#endif
    {0, NULL},
};

static struct PyModuleDef core_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "autograd.native.engine",
    .m_doc = "Nodes and sweeps, in C.",
    .m_methods = core_methods,
    .m_slots = core_slots,
};

PyMODINIT_FUNC PyInit_engine(void)
{
    return PyModuleDef_Init(&core_module);
}
