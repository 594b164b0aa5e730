import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipInputStream;

/** Unpacks a ZIP as it streams in, as a portal does: Unzip FILE.zip FOLDER. */
public class Unzip {
    public static void main(String[] arguments) throws Exception {
        try (var zip = new ZipInputStream(Files.newInputStream(Path.of(arguments[0])))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                var file = Path.of(arguments[1]).resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.copy(zip, file);
            }
        }
    }
}
