/** The domain of operators that stand for what compression decided, until a model is written for other programs. */
export const PARE_DOMAIN = 'pare'
