/* Training 2-16-16-1 on max-margin + L2 as one would write it by hand: the floor that
 * compiled programs are measured against.
 *
 * Everything is known when it is compiled: the sizes, the batch of 100, the derivative.
 * Numbers of all samples for one neuron lie side by side, so that loops over samples
 * become vectors. Build with: gcc -O3 -march=native -ffast-math -shared -fPIC
 */

#define SAMPLES 100
#define LANES 104 /* a whole number of vectors of 8 */
#define HIDDEN 16
#define INPUTS 2
#define ALPHA 1e-4

typedef double row[LANES] __attribute__((aligned(64)));

typedef struct {
    double w1[HIDDEN][INPUTS], b1[HIDDEN];
    double w2[HIDDEN][HIDDEN], b2[HIDDEN];
    double w3[HIDDEN], b3;
} network;

#define PARAMETERS (sizeof(network) / sizeof(double))

/* y = relu(W x + b) for all samples: 4 rows at a time, which share the loads of x. */
static inline void layer(const double *w, const double *b, const row *x, int n, row *y)
{
    for (int i = 0; i < HIDDEN; i += 4)
        for (int s = 0; s < LANES; s++) {
            double y0 = b[i], y1 = b[i + 1], y2 = b[i + 2], y3 = b[i + 3];
            for (int j = 0; j < n; j++) {
                double v = x[j][s];
                y0 += w[i * n + j] * v;
                y1 += w[(i + 1) * n + j] * v;
                y2 += w[(i + 2) * n + j] * v;
                y3 += w[(i + 3) * n + j] * v;
            }
            y[i][s] = y0 > 0 ? y0 : 0;
            y[i + 1][s] = y1 > 0 ? y1 : 0;
            y[i + 2][s] = y2 > 0 ? y2 : 0;
            y[i + 3][s] = y3 > 0 ? y3 : 0;
        }
}

/* dW = d xᵀ and db = Σ d over the samples. */
static inline void slopes(const row *d, const row *x, int n, double *dw, double *db)
{
    for (int i = 0; i < HIDDEN; i++) {
        double sum = 0;
        for (int s = 0; s < LANES; s++)
            sum += d[i][s];
        db[i] = sum;
        for (int j = 0; j < n; j += 2) {
            double t0 = 0, t1 = 0;
            for (int s = 0; s < LANES; s++) {
                t0 += d[i][s] * x[j][s];
                t1 += d[i][s] * x[j + 1][s];
            }
            dw[i * n + j] = t0;
            dw[i * n + j + 1] = t1;
        }
    }
}

static double step(network *p, const row *x, const double *target, double rate)
{
    static row h1[HIDDEN], h2[HIDDEN], d1[HIDDEN], d2[HIDDEN], out;
    network g;
    layer(&p->w1[0][0], p->b1, x, INPUTS, h1);
    layer(&p->w2[0][0], p->b2, h1, HIDDEN, h2);
    double loss = 0, db3 = 0;
    for (int s = 0; s < LANES; s++) {
        double y = p->b3;
        for (int j = 0; j < HIDDEN; j++)
            y += p->w3[j] * h2[j][s];
        double margin = 1 - target[s] * y;
        int counts = margin > 0 && s < SAMPLES;
        loss += counts ? margin : 0;
        out[s] = counts ? -target[s] / SAMPLES : 0;
        db3 += out[s];
    }
    g.b3 = db3;
    for (int j = 0; j < HIDDEN; j++) {
        double sum = 0;
        for (int s = 0; s < LANES; s++) {
            sum += out[s] * h2[j][s];
            d2[j][s] = h2[j][s] > 0 ? p->w3[j] * out[s] : 0;
        }
        g.w3[j] = sum;
    }
    for (int j = 0; j < HIDDEN; j += 4)
        for (int s = 0; s < LANES; s++) {
            double t0 = 0, t1 = 0, t2 = 0, t3 = 0;
            for (int i = 0; i < HIDDEN; i++) {
                double v = d2[i][s];
                t0 += p->w2[i][j] * v;
                t1 += p->w2[i][j + 1] * v;
                t2 += p->w2[i][j + 2] * v;
                t3 += p->w2[i][j + 3] * v;
            }
            d1[j][s] = h1[j][s] > 0 ? t0 : 0;
            d1[j + 1][s] = h1[j + 1][s] > 0 ? t1 : 0;
            d1[j + 2][s] = h1[j + 2][s] > 0 ? t2 : 0;
            d1[j + 3][s] = h1[j + 3][s] > 0 ? t3 : 0;
        }
    slopes((const row *)d2, (const row *)h1, HIDDEN, &g.w2[0][0], g.b2);
    slopes((const row *)d1, x, INPUTS, &g.w1[0][0], g.b1);
    double squares = 0, *numbers = (double *)p, *slope = (double *)&g;
    for (unsigned i = 0; i < PARAMETERS; i++) {
        squares += numbers[i] * numbers[i];
        numbers[i] -= rate * (slope[i] + 2 * ALPHA * numbers[i]);
    }
    return loss / SAMPLES + ALPHA * squares;
}

/* Take steps of gradient descent with 100 samples: x is 2 rows of them, parameters are
 * W1, b1, W2, b2, W3, b3, row by row. Returns the loss before the last step. */
double train(double *parameters, const double *x, const double *targets, double rate,
             long steps)
{
    static row inputs[INPUTS], wanted;
    for (int s = 0; s < SAMPLES; s++) {
        inputs[0][s] = x[s];
        inputs[1][s] = x[SAMPLES + s];
        wanted[s] = targets[s];
    }
    double loss = 0;
    for (long i = 0; i < steps; i++)
        loss = step((network *)parameters, (const row *)inputs, wanted, rate);
    return loss;
}
