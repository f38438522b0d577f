/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * digits.c - trains a small network on handwritten digits, with batch norm and with the batch
 * variant of normality normalization, and prints the curves.
 *
 *	digits [data/digits.csv [SEEDS [EPOCHS]]]
 *
 * 64 pixels -> 128 (linear, norm, ReLU) -> 10, cross-entropy, minibatches, momentum. Runs of one
 * seed start from the same weights and see the images in the same order, so the last row of each
 * table compares run with run.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/bellshape.h>

enum { PIXELS = 64, HIDDEN = 128, CLASSES = 10 };
enum { IMAGES = 1797, TRAIN = 1200, TEST = IMAGES - TRAIN }; /* in the order of the file */
enum { BATCH = 50, EPOCHS = 20, MAX_EPOCHS = 100, SEEDS = 20, MAX_SEEDS = 1000 };

static const float rate = 0.05F, inertia = 0.9F;
static const double momentum = 0.1; /* of the statistics for evaluation */

/* What differs between runs: an ordinary norm layer or one with the transform, and its noise. */
static const struct method {
	const char *name;
	bool normalize_only;
	double noise;
} methods[] = {
    {"batch norm", true, 0},
    {"with noise", true, 0.4},
    {"transform", false, 0},
    {"transform + noise", false, 0.4},
};
enum { METHODS = sizeof methods / sizeof *methods };

/* Streams of normal samples and of words of a seed: each purpose has its own. */
enum { FIRST_WEIGHTS, LAST_WEIGHTS, ORDER };      /* and one more for each epoch */
static const uint64_t noise_stream = 0x100000000; /* and one more for each step */

static float pixel[IMAGES][PIXELS]; /* 0 to 1 */
static int digit[IMAGES];

struct parameters {
	float first[PIXELS][HIDDEN], weight[HIDDEN], bias[HIDDEN];
	float last[HIDDEN][CLASSES], last_bias[CLASSES];
};

struct network {
	struct parameters is, moves; /* values, and the last step of each */
	struct bell_layer_statistics running[HIDDEN];
	struct bell_layer_options options;
};

struct score {
	double accuracy, loss; /* percent; mean cross-entropy */
};

static void require(enum bell_status status)
{
	if (status == BELL_OK)
		return;
	fprintf(stderr, "digits: %s\n", bell_status_text(status));
	exit(1);
}

/* ---- data ---- */

static void read_digits(const char *path)
{
	char line[512], *at;
	FILE *f = fopen(path, "r");
	bool good = f && fgets(line, sizeof line, f); /* the names */

	for (int i = 0; good && i < IMAGES; i++) {
		good = fgets(line, sizeof line, f);
		at = line;
		for (int p = 0; good && p < PIXELS; p++) {
			pixel[i][p] = (float)strtol(at, &at, 10) / 16;
			good = *at++ == ',';
		}
		if (good)
			digit[i] = (int)strtol(at, &at, 10);
		good = good && digit[i] >= 0 && digit[i] < CLASSES;
	}
	if (!good) {
		fprintf(stderr, "digits: %s is not the table of digits\n", path);
		exit(1);
	}
	fclose(f);
}

/* The training images in the order of an epoch. */
static void shuffle(uint64_t seed, int epoch, int order[TRAIN])
{
	static uint32_t words[4 * TRAIN];

	require(bell_philox4x32(&(struct bell_normal_stream){seed, (uint64_t)(ORDER + epoch), 0},
				TRAIN, 1, words));
	for (int i = 0; i < TRAIN; i++) {
		int j = (int)((uint64_t)words[4 * i] * (uint64_t)(i + 1) >> 32); /* 0 to i */

		order[i] = order[j];
		order[j] = i;
	}
}

/* ---- linear algebra: matrices in rows ---- */

/* c = a b, of n x k and k x m */
static void multiply(const float *a, const float *b, float *c, int n, int k, int m)
{
	memset(c, 0, (size_t)n * (size_t)m * sizeof *c);
	for (int i = 0; i < n; i++)
		for (int j = 0; j < k; j++)
			for (int o = 0; o < m; o++)
				c[i * m + o] += a[i * k + j] * b[j * m + o];
}

/* c = a' b, of n x k and n x m */
static void multiply_across(const float *a, const float *b, float *c, int n, int k, int m)
{
	memset(c, 0, (size_t)k * (size_t)m * sizeof *c);
	for (int i = 0; i < n; i++)
		for (int j = 0; j < k; j++)
			for (int o = 0; o < m; o++)
				c[j * m + o] += a[i * k + j] * b[i * m + o];
}

/* ---- the network ---- */

static void start(struct network *net, const struct method *method, uint64_t seed)
{
	struct bell_layer_shape shape = bell_layer_shape_batch(BATCH, HIDDEN, 1);

	memset(net, 0, sizeof *net);
	require(bell_normal_fill_f32(&(struct bell_normal_stream){seed, FIRST_WEIGHTS, 0}, 0,
				     sqrt(2.0 / PIXELS), PIXELS * HIDDEN, 1, net->is.first[0]));
	require(bell_normal_fill_f32(&(struct bell_normal_stream){seed, LAST_WEIGHTS, 0}, 0,
				     sqrt(1.0 / HIDDEN), HIDDEN * CLASSES, 1, net->is.last[0]));
	for (int c = 0; c < HIDDEN; c++) {
		net->is.weight[c] = 1;
		net->running[c] = (struct bell_layer_statistics){.variance = 1, .lambda = 1};
	}
	bell_layer_options_default(&shape, &net->options);
	net->options.normalize_only = method->normalize_only;
	net->options.noise = method->noise;
	net->options.seed = seed;
	net->options.threads = 1;
}

static void relu(float *x, int n)
{
	for (int i = 0; i < n; i++)
		x[i] = x[i] > 0 ? x[i] : 0;
}

/* log of the sum of the exponentials of an image's outputs */
static double log_sum(const float y[CLASSES])
{
	double most = y[0], sum = 0;

	for (int k = 1; k < CLASSES; k++)
		most = fmax(most, y[k]);
	for (int k = 0; k < CLASSES; k++)
		sum += exp(y[k] - most);
	return most + log(sum);
}

/* From the hidden layer, activated, to the outputs. */
static void finish(const struct network *net, const float *hidden, float (*y)[CLASSES], int n)
{
	multiply(hidden, net->is.last[0], y[0], n, HIDDEN, CLASSES);
	for (int i = 0; i < n; i++)
		for (int k = 0; k < CLASSES; k++)
			y[i][k] += net->is.last_bias[k];
}

static void step(float *is, float *moves, const float *gradient, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		moves[i] = inertia * moves[i] - rate * gradient[i];
		is[i] += moves[i];
	}
}

static void train(struct network *net, const int which[BATCH])
{
	struct bell_layer_shape shape = bell_layer_shape_batch(BATCH, HIDDEN, 1);
	static float x[BATCH][PIXELS], u[BATCH][HIDDEN], a[BATCH][HIDDEN], y[BATCH][CLASSES];
	static struct bell_layer_statistics statistics[HIDDEN];
	static struct parameters d;
	static float g[BATCH][HIDDEN], gy[BATCH][CLASSES];
	static double dweight[HIDDEN], dbias[HIDDEN];
	struct parameters *is = &net->is, *moves = &net->moves;

	/* forward */
	for (int i = 0; i < BATCH; i++)
		memcpy(x[i], pixel[which[i]], sizeof x[i]);
	multiply(x[0], is->first[0], u[0], BATCH, PIXELS, HIDDEN);
	require(bell_layer_forward_f32(u[0], is->weight, is->bias, &shape, &net->options, a[0],
				       statistics, NULL));
	require(bell_layer_track(net->running, statistics, HIDDEN, BATCH, momentum));
	relu(a[0], BATCH * HIDDEN);
	finish(net, a[0], y, BATCH);

	/* backward */
	memset(d.last_bias, 0, sizeof d.last_bias);
	for (int i = 0; i < BATCH; i++) {
		double log_of = log_sum(y[i]);

		for (int k = 0; k < CLASSES; k++) {
			gy[i][k] = (float)(exp(y[i][k] - log_of) - (k == digit[which[i]])) / BATCH;
			d.last_bias[k] += gy[i][k];
		}
		for (int c = 0; c < HIDDEN; c++) {
			g[i][c] = 0;
			for (int k = 0; k < CLASSES && a[i][c] > 0; k++)
				g[i][c] += gy[i][k] * is->last[c][k];
		}
	}
	multiply_across(a[0], gy[0], d.last[0], BATCH, HIDDEN, CLASSES);
	require(bell_layer_backward_f32(u[0], is->weight, statistics, g[0], &shape, &net->options,
					g[0], dweight, dbias));
	multiply_across(x[0], g[0], d.first[0], BATCH, PIXELS, HIDDEN);
	for (int c = 0; c < HIDDEN; c++) {
		d.weight[c] = (float)dweight[c];
		d.bias[c] = (float)dbias[c];
	}

	step(is->first[0], moves->first[0], d.first[0], PIXELS * HIDDEN);
	step(is->weight, moves->weight, d.weight, HIDDEN);
	step(is->bias, moves->bias, d.bias, HIDDEN);
	step(is->last[0], moves->last[0], d.last[0], HIDDEN * CLASSES);
	step(is->last_bias, moves->last_bias, d.last_bias, CLASSES);
}

/* On the images that are not for training, with the running statistics. */
static struct score evaluate(const struct network *net)
{
	struct bell_layer_shape shape = bell_layer_shape_batch(TEST, HIDDEN, 1);
	static float u[TEST][HIDDEN], y[TEST][CLASSES];
	struct score score = {0};

	multiply(pixel[TRAIN], net->is.first[0], u[0], TEST, PIXELS, HIDDEN);
	require(bell_layer_evaluate_f32(u[0], net->is.weight, net->is.bias, net->running, &shape,
					&net->options, u[0]));
	relu(u[0], TEST * HIDDEN);
	finish(net, u[0], y, TEST);
	for (int i = 0; i < TEST; i++) {
		int right = digit[TRAIN + i], best = 0;

		for (int k = 1; k < CLASSES; k++)
			best = y[i][k] > y[i][best] ? k : best;
		score.accuracy += 100.0 * (best == right) / TEST;
		score.loss += (log_sum(y[i]) - y[i][right]) / TEST;
	}
	return score;
}

static void run(const struct method *method, uint64_t seed, int epochs, struct score *scores)
{
	static struct network net;
	int order[TRAIN] = {0};

	start(&net, method, seed);
	net.options.stream = noise_stream;
	for (int epoch = 0; epoch < epochs; epoch++) {
		shuffle(seed, epoch, order);
		for (int i = 0; i < TRAIN; i += BATCH, net.options.stream++)
			train(&net, order + i);
		scores[epoch] = evaluate(&net);
	}
}

/* ---- tables ---- */

static struct score scores[METHODS][MAX_SEEDS][MAX_EPOCHS];

static double value_of(const struct score *s, bool loss) { return loss ? s->loss : s->accuracy; }

/* Mean and deviation over the seeds of a method at an epoch, less another's if `less` >= 0. */
static void over_seeds(int method, int less, int epoch, bool loss, int seeds, double *mean,
		       double *sd)
{
	double sum = 0, squares = 0;

	for (int pass = 0; pass < 2; pass++)
		for (int s = 0; s < seeds; s++) {
			double x = value_of(&scores[method][s][epoch], loss);

			if (less >= 0)
				x -= value_of(&scores[less][s][epoch], loss);
			if (pass)
				squares += (x - sum / seeds) * (x - sum / seeds);
			else
				sum += x;
		}
	*mean = sum / seeds;
	*sd = sqrt(squares / (seeds - 1));
}

static void table(const char *what, bool loss, int seeds, int epochs)
{
	int digits = loss ? 4 : 2;
	double mean, sd;

	printf("%s: mean +- standard deviation of %d runs\nepoch", what, seeds);
	for (int m = 0; m < METHODS; m++)
		printf("  %18s", methods[m].name);
	for (int epoch = 0; epoch < epochs; epoch++) {
		printf("\n%5d", epoch + 1);
		for (int m = 0; m < METHODS; m++) {
			over_seeds(m, -1, epoch, loss, seeds, &mean, &sd);
			printf("  %8.*f +- %6.*f", digits, mean, digits, sd);
		}
	}
	printf("\nless %s of the same seed, epoch %d: mean +- its standard error\n%25s",
	       methods[0].name, epochs, "");
	for (int m = 1; m < METHODS; m++) {
		over_seeds(m, 0, epochs - 1, loss, seeds, &mean, &sd);
		printf("  %+8.*f +- %6.*f", digits, mean, digits, sd / sqrt(seeds));
	}
	printf("\n\n");
}

int main(int argc, char **argv)
{
	int seeds = argc > 2 ? atoi(argv[2]) : SEEDS, epochs = argc > 3 ? atoi(argv[3]) : EPOCHS;

	if (argc > 4 || seeds < 2 || seeds > MAX_SEEDS || epochs < 1 || epochs > MAX_EPOCHS) {
		fprintf(stderr, "digits [data/digits.csv [SEEDS, 2 to %d [EPOCHS, 1 to %d]]]\n",
			MAX_SEEDS, MAX_EPOCHS);
		return 2;
	}
	read_digits(argc > 1 ? argv[1] : "data/digits.csv");
	for (int m = 0; m < METHODS; m++)
		for (int s = 0; s < seeds; s++)
			run(&methods[m], (uint64_t)s, epochs, scores[m][s]);
	table("accuracy on the test images, percent", false, seeds, epochs);
	table("loss on the test images", true, seeds, epochs);
	return 0;
}
