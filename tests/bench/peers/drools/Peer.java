// Drools: all rules in one base, a session that is given every user as a fact and then fires; a rule that fires counts.
import java.util.ArrayList;
import java.util.List;
import org.drools.model.codegen.ExecutableModelProject;
import org.kie.api.KieBase;
import org.kie.api.definition.type.FactType;
import org.kie.api.io.ResourceType;
import org.kie.api.runtime.KieSession;
import org.kie.internal.utils.KieHelper;

public final class Peer {
  public static void main(String[] words) throws Exception {
    Asked asked = new Asked(words);
    KieBase base = new KieHelper().addContent(asked.conditions, ResourceType.DRL).build(ExecutableModelProject.class);
    List<String> names = asked.conditions.lines().filter(line -> line.startsWith("rule ")).map(line -> line.split("\"")[1]).toList();
    FactType type = base.getFactType("peers", "User");
    List<Object> users = new ArrayList<>();
    for (Object[] row : asked.rows()) {
      Object user = type.newInstance();
      for (int i = 0; i < row.length; ++i) if (row[i] != null) type.set(user, asked.columns.get(i).name(), row[i]);
      users.add(user);
    }
    asked.measure("Drools", Asked.version(KieBase.class), names, () -> {
      long[] counts = new long[names.size()];
      KieSession session = base.newKieSession();
      session.setGlobal("counts", counts);
      for (Object user : users) session.insert(user);
      session.fireAllRules();
      session.dispose();
      return counts;
    });
  }
}
