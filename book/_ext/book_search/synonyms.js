// What readers type, and the words of this book. In each line every word also finds the others.
// In `tests/browser/test_search.py` each line must have a word that the book uses.
"use strict";

const SYNONYMS = [
  "size, shape, dimension, dimensions",
  "image, picture, photo, input",
  "weight, parameter",
  "conv2d, convolution, convolutional, conv",
  "fully connected, dense",
  "higher, above, greater",
  "big, bigger, large, larger",
  "submit, upload, hand in",
  "calculate, compute, count, formula, how many, number of",
  "deconvolution, upsampling, upsample, unpooling, transposed",
  "downsampling, downsample, subsampling, shrink, halve",
  "activation map, feature map",
  "nonlinearity, nonlinear, non-linear, activation, relu",
  "regularisation, generalisation, generalise, overfitting",
  "backprop, backpropagation, backward, back through, gradient",
  "shift, translate, move",
  "initialisation, initialise, initializer, random",
  "val_loss, val_accuracy, validation, new digits",
  "misclassified, misread, misreads, wrong",
  "error, mistake",
  "confident, certain, sure",
  "model, network",
  "rotate, rotation, turn",
  "mark, grade, score, points",
  "how long, minutes",
  "expand_dims, newaxis",
  "normalisation, normalise, rescale",
].map((line) => line.split(", "));
