package io.github.grisaille.data;

import io.github.grisaille.tensor.RandomStream;

/**
 * The look of a drawn face: the index of each part and colour in {@link FaceParts}, from 0. They are known for every
 * face, so they are labels for free: for a classifier, and for arithmetic with latent codes.
 *
 * @param flipped whether the face is mirrored left to right
 */
public record Face(Features features, Colors colors, Accessories accessories, boolean flipped) {
    /**
     * The parts that every face has.
     *
     * @param mouth from 0 to 26; the first 18 smile
     */
    public record Features(int hair, int head, int eyes, int eyebrows, int nose, int mouth) {}

    /** The colours. The eyebrows have the colour of the hair. */
    public record Colors(int hair, int skin, int eyes, int background) {}

    /**
     * The parts that a face may have. −1 means none.
     *
     * @param glasses from 0 to 4
     * @param beard 0 or 1
     * @param earrings from 0 to 2
     * @param freckles 0
     * @param flowers 0
     */
    public record Accessories(int glasses, int beard, int earrings, int freckles, int flowers) {}

    /** The number of mouths that smile; they come first. */
    public static final int HAPPY_MOUTHS = 18;

    private static final int ONE_IN = 100;
    private static final int GLASSES_PERCENT = 25;
    private static final int BEARD_PERCENT = 8;
    private static final int EARRINGS_PERCENT = 15;
    private static final int FRECKLES_PERCENT = 8;
    private static final int FLOWERS_PERCENT = 8;

    /** Draws a random face. All parts of a kind are equally likely. Each accessory has its own probability. */
    static Face draw(RandomStream random) {
        int hair = random.nextInt(FaceParts.count("hair"));
        int hairColor = random.nextInt(FaceParts.HAIR_COLORS.size());
        int head = random.nextInt(FaceParts.count("head"));
        int skin = random.nextInt(FaceParts.SKIN_COLORS.size());
        int eyes = random.nextInt(FaceParts.count("eyes"));
        int eyeColor = random.nextInt(FaceParts.EYE_COLORS.size());
        int eyebrows = random.nextInt(FaceParts.count("eyebrows"));
        int nose = random.nextInt(FaceParts.count("nose"));
        int mouth = random.nextInt(FaceParts.count("mouth"));
        Accessories accessories = new Accessories(
                perhaps("glasses", GLASSES_PERCENT, random),
                perhaps("beard", BEARD_PERCENT, random),
                perhaps("earrings", EARRINGS_PERCENT, random),
                perhaps("freckles", FRECKLES_PERCENT, random),
                perhaps("hairAccessories", FLOWERS_PERCENT, random));
        int background = random.nextInt(FaceParts.BACKGROUNDS.size());
        boolean flipped = random.nextInt(2) == 1;
        return new Face(
                new Features(hair, head, eyes, eyebrows, nose, mouth),
                new Colors(hairColor, skin, eyeColor, background),
                accessories,
                flipped);
    }

    private static int perhaps(String part, int percent, RandomStream random) {
        return random.nextInt(ONE_IN) < percent ? random.nextInt(FaceParts.count(part)) : -1;
    }

    public boolean hasGlasses() {
        return accessories.glasses >= 0;
    }

    public boolean hasBeard() {
        return accessories.beard >= 0;
    }

    public boolean smiles() {
        return features.mouth < HAPPY_MOUTHS;
    }
}
