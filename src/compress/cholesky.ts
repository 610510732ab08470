/**
 * The Cholesky factor L of a symmetric positive definite matrix, in place: a = L L', a [n, n] row-major, whose upper half
 * is left as it was. Rows are walked in order, so that every inner loop runs along memory: a search solves thousands of
 * these, and a general matrix class took ten times as long.
 * @throws RangeError where the matrix is not positive definite.
 */
export function factorize(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!
      if (i !== j) a[i * n + j] = sum / a[j * n + j]!
      else if (sum > 0) a[i * n + i] = Math.sqrt(sum)
      else throw new RangeError(`not positive definite at row ${i} of ${n}`)
    }
  }
}

/** Solves L L' x = b in place for each row of b, [rows, n] row-major. */
export function solveRows(factor: Float64Array, n: number, b: Float64Array): void {
  for (let start = 0; start < b.length; start += n) {
    for (let i = 0; i < n; i++) {
      let sum = b[start + i]!
      for (let k = 0; k < i; k++) sum -= factor[i * n + k]! * b[start + k]!
      b[start + i] = sum / factor[i * n + i]!
    }
    for (let i = n - 1; i >= 0; i--) {
      const value = b[start + i]! / factor[i * n + i]!
      b[start + i] = value
      for (let k = 0; k < i; k++) b[start + k]! -= value * factor[i * n + k]!
    }
  }
}
