// Esper: a statement a condition, all deployed; a user is an event, an array of values. The statements count from their deployment
// on: a run's counts are what was added.
import com.espertech.esper.common.client.configuration.Configuration;
import com.espertech.esper.compiler.client.CompilerArguments;
import com.espertech.esper.compiler.client.EPCompilerProvider;
import com.espertech.esper.runtime.client.EPRuntime;
import com.espertech.esper.runtime.client.EPRuntimeProvider;
import com.espertech.esper.runtime.client.EPStatement;
import java.util.List;

public final class Peer {
  public static void main(String[] words) throws Exception {
    Asked asked = new Asked(words);
    Configuration configuration = new Configuration();
    configuration.getRuntime().getThreading().setInternalTimerEnabled(false);
    Object[] types = asked.columns.stream().map(column -> switch (column.kind()) {
      case "bool" -> (Object) Boolean.class;
      case "int", "date" -> Integer.class;
      case "number", "money" -> Double.class;
      default -> String.class;
    }).toArray();
    configuration.getCommon().addEventType("User", asked.columns.stream().map(Asked.Column::name).toArray(String[]::new), types);
    EPRuntime runtime = EPRuntimeProvider.getDefaultRuntime(configuration);
    var deployment = runtime.getDeploymentService().deploy(
        EPCompilerProvider.getCompiler().compile(asked.conditions, new CompilerArguments(configuration)));
    List<EPStatement> statements = List.of(deployment.getStatements());
    List<Object[]> users = asked.rows();
    long[] before = new long[statements.size()];
    asked.measure("Esper", Asked.version(EPRuntime.class), statements.stream().map(EPStatement::getName).toList(), () -> {
      for (Object[] user : users) runtime.getEventService().sendEventObjectArray(user, "User");
      long[] counts = new long[before.length];
      for (int i = 0; i < counts.length; ++i) {
        long total = (Long) statements.get(i).iterator().next().get("counted");
        counts[i] = total - before[i];
        before[i] = total;
      }
      return counts;
    });
    runtime.destroy();
  }
}
