// What the peers in Java share: the users, the clock, and the line of JSON that they say.
//   PROGRAM CSV KINDS CONDITIONS USERS RUNS
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

final class Asked {
  record Column(String name, String kind) {}

  final List<Column> columns = new ArrayList<>();
  final String conditions;
  final int users;
  private final Path csv;
  private final int runs;

  Asked(String[] words) throws Exception {
    csv = Path.of(words[0]);
    for (String line : Files.readAllLines(Path.of(words[1]))) {
      String[] parts = line.split("[ ?]+");
      columns.add(new Column(parts[0], parts[1]));
    }
    conditions = Files.readString(Path.of(words[2]));
    users = Integer.parseInt(words[3]);
    runs = Integer.parseInt(words[4]);
  }

  // A user each: its values in the order of the columns, null where unknown; a date is its number of days since 1970.
  List<Object[]> rows() throws Exception {
    List<Object[]> all = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(csv)) {
      lines.readLine();
      for (int user = 0; user < users; ++user) {
        String[] cells = lines.readLine().split(",", -1);
        Object[] row = new Object[cells.length];
        for (int i = 0; i < cells.length; ++i) row[i] = cells[i].isEmpty() ? null : value(columns.get(i).kind(), cells[i]);
        all.add(row);
      }
    }
    return all;
  }

  private static Object value(String kind, String text) {
    return switch (kind) {
      case "bool" -> Boolean.valueOf(text);
      case "int" -> Integer.valueOf(text);
      case "number", "money" -> Double.valueOf(text);
      case "date" -> (int) LocalDate.parse(text).toEpochDay();
      default -> text.intern();
    };
  }

  // Of the jar it comes in: `name-1.2.3.jar`.
  static String version(Class<?> of) {
    String jar = of.getProtectionDomain().getCodeSource().getLocation().getPath();
    return jar.substring(jar.lastIndexOf('-') + 1, jar.length() - ".jar".length());
  }

  // What `count` gives of every condition over all users, in order.
  void measure(String engine, String version, List<String> names, Callable<long[]> count) throws Exception {
    long begun = System.nanoTime();
    long[] counts = count.call();
    while (System.nanoTime() - begun < 3_000_000_000L) count.call();   // until the machine code is there
    List<Double> seconds = new ArrayList<>();
    for (int run = 0; run < runs; ++run) {
      long begin = System.nanoTime();
      counts = count.call();
      seconds.add((System.nanoTime() - begin) / 1e9);
    }
    Map<String, Long> counted = new LinkedHashMap<>();
    for (int i = 0; i < counts.length; ++i) counted.put('"' + names.get(i) + '"', counts[i]);
    System.out.println("{\"engine\":\"" + engine + "\",\"version\":\"" + version + "\",\"form\":\"" + (counts.length == 1 ? "each" : "pass") +
        "\",\"rows\":" + users + ",\"counts\":" + counted.toString().replace('=', ':') + ",\"seconds\":" + seconds + "}");
  }
}
