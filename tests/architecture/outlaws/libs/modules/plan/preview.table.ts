export class PreviewService {} // breaks: no-restricted-syntax
