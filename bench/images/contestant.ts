// Runs one contestant as a whole process. Arguments: product or naive, photo, folder for the
// outputs.
const [, , name, photo = '', target = ''] = process.argv;
if (name === 'product') await (await import('./product.ts')).product(photo, target);
else await (await import('./peers.ts')).naiveSharp(photo, target);
