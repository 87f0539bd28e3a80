export class PreviewService {} // breaks: law(telling-names)
