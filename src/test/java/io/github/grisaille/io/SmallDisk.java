package io.github.grisaille.io;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real file system in memory that is soon full. Only the superuser of a Linux can make one; tests are skipped elsewhere. */
public final class SmallDisk implements AutoCloseable {
    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** A disk for so many kibibytes, and so many files, its root counted. */
    public static SmallDisk of(int kibibytes, int files) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("small-disk-");
        boolean mounted = run(
                "mount", "-t", "tmpfs", "-o", "size=" + kibibytes + "k,nr_inodes=" + files, "tmpfs", folder.toString());
        if (!mounted) {
            Files.delete(folder);
        }
        assumeTrue(mounted, "only the superuser of a Linux mounts file systems");
        return new SmallDisk(folder);
    }

    public Path folder() {
        return folder;
    }

    public void readOnly() throws IOException, InterruptedException {
        assumeTrue(run("mount", "-o", "remount,ro", folder.toString()), "the disk could not be made read-only");
    }

    public void room(int kibibytes, int files) throws IOException, InterruptedException {
        assumeTrue(run("mount", "-o", "remount,size=" + kibibytes + "k,nr_inodes=" + files, folder.toString()));
    }

    /** Writes until nothing is left. */
    public Path fill() throws IOException {
        Path filler = folder.resolve("filler");
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] block = new byte[4096];
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            return filler;
        }
    }

    public List<String> files() throws IOException {
        try (var list = Files.list(folder)) {
            return list.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            run("umount", folder.toString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        Files.delete(folder);
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchCommand) {
            return false;
        }
    }
}
