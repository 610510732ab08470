/**
 * Colours that people with any colour vision tell apart (Okabe & Ito 2008), the strongest first. Yellow and black are left
 * out, which are not seen on a white and on a black page; grey is in their place.
 */
export const okabeIto = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#7F7F7F'] as const
