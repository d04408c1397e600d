/**
 * X-Ray's SDK watches every promise from its import on, which makes a simulation ten times as slow.
 * So this must be imported before it.
 */
process.env.AWS_XRAY_MANUAL_MODE = 'true';
