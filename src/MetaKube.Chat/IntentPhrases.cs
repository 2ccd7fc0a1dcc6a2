using MetaKube.Memory;

namespace MetaKube.Chat;

/// <summary>
/// The words by which people ask for something, in English, German, Spanish and French, and as fragments in Chinese
/// and Japanese. Of several that fit the one with most words counts, and of these the first in the list.
/// </summary>
internal static class IntentPhrases
{
    /// <summary>The phrases of one request.</summary>
    /// <param name="Intent">The request.</param>
    /// <param name="Words">Patterns of <see cref="IntentPhrase"/>, one a line; a line that ends with <c>|</c> goes on
    /// in the next.</param>
    /// <param name="Wide">Fragments of Chinese and Japanese, separated by spaces.</param>
    public sealed record Entry(Intent Intent, string Words, string Wide = "")
    {
        public IReadOnlyList<IntentPhrase> Phrases { get; } = [.. Lines(Words).Select(IntentPhrase.Parse)];

        public IReadOnlyList<string> Fragments { get; } = Wide.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        private static IEnumerable<string> Lines(string words)
        {
            var begun = "";
            foreach (var line in words.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                begun += line.Trim();
                if (begun.EndsWith('|'))
                    continue;
                if (begun.Length > 0)
                    yield return begun;
                begun = "";
            }
        }
    }

    /// <summary>Words that stand around a request and name nothing.</summary>
    public static readonly IReadOnlySet<string> Common = Set(
        """
        a an the this that these those it its they them their he she his her
        i im ive id ill me my mine we us our ours you your u ur someone anybody
        is are was were be been being am do does did done has have had will would should can could may might shall must
        of for to in on at by from with about as than into out off up over under there here
        and or but so then also too just only really actually maybe perhaps please pls plz kindly now again still yet
        today already currently exactly right quickly quick more some any all ok okay hey hi hello oh well hm hmm uh um
        yes yeah yep sure thing things stuff one ones guys team folks everyone man bot metakube
        go ahead lets let want need know tell give say think see look whats thats
        else last lot much very many helps helped nice morning just else
        problem issue incident error failure thing app application pod pods deployment service container workload
        namespace ns cluster object node
        bitte mal doch denn jetzt noch wieder auch nur das der die den dem des ein eine einen einem ist sind war
        ich mir mich wir uns du dir es sich und oder aber von vom zu zum zur im in fur fuer mit auf an kannst konntest
        koenntest hier da so schon eigentlich problem fehler
        por favor el la los las lo un una es esta este esto estos son fue se me te nos y o pero de del al en con para
        ahora ya otra vez que ha han hay puedes podrias problema
        s il te vous plait le les des du de la un une est ce cet cette ca c a et ou mais en dans avec pour sur
        maintenant encore deja je tu on nous y qu peux pouvez probleme
        """
    );

    private static Intent Fixed => new Intent.GiveFeedback(FeedbackKind.Fixed, null);

    private static Intent Wrong => new Intent.GiveFeedback(FeedbackKind.Wrong, null);

    /// <summary>All requests.</summary>
    public static readonly IReadOnlyList<Entry> All =
    [
        new(
            new Intent.WhatChanged(true),
            """
            who changed|deployed|edited|did|broke|touched|rolled|pushed|released|updated|made|modified|applied|scaled
            who was|is it|that|this $
            who has changed|deployed|edited|touched|updated|modified
            by whom
            whose change|deploy|deployment|fault|edit|commit
            wer hat|war
            von wem
            quien cambio|hizo|fue|desplego|modifico|lo
            qui a change|modifie|deploye|fait
            """,
            "谁改 谁动 谁部署 谁做 谁变更 谁更改 谁修改 誰が 誰に"
        ),
        new(
            new Intent.WhatChanged(false),
            """
            what|whats|anything|something|did * changed|change|different|changes
            what was|were|got|has|have * deployed|rolled|edited|updated|released|modified
            what is|has|are new|different
            whats new|different
            recent|latest|last changes|change|deployments|deploys|deployment|rollouts|rollout|releases|release
            any changes|change|deploys|deployments|deploy|rollouts|rollout|releases
            was|were there * change|changes|deploy|deployment|rollout|release
            did anyone|anybody|someone|somebody|we|you|they change|deploy|edit|release|touch|update
            show * diff|changes|difference
            ^ changes|diff $
            which configmap|config|commit|rollout|change * changed|edited|did
            what * use|used|run|ran|have|had|version|value|was before|previously|earlier
            the one|version|value|config|image before
            ^ before $
            previous|old|older|last version|value|config|image|revision|setting|one
            changed|different in|with revision
            was hat|wurde|hatte|ist * geandert|geaendert|verandert|veraendert|anders
            gab es * anderung|anderungen|aenderung|aenderungen|deployment
            was ist anders|neu
            letzte|letzten anderung|anderungen|aenderungen
            que|qu cambio|cambios|cambiado
            que ha cambiado
            cambio algo
            ultimos cambios
            qu * change
            qu a change
            quoi * change
            quoi de neuf
            quels changements
            """,
            "什么变 变了什么 改了什么 改动 变更 变化 更改 更新了什么 何が変 変更 何か変 最近の変"
        ),
        new(
            new Intent.SinceWhen(),
            """
            since when
            how long
            when did|has|does|was * start|begin|happen|fail|break|crash|started|stop|die|occur|began|broken|go|first
            when exactly
            ^ when $
            what time * start|begin|happen|started|began|break
            what time was
            how old
            for how long
            when was the last time
            seit wann
            wie lange
            wann hat|ging|fing|begann|ist|war|wurde
            desde cuando
            cuando empezo|comenzo|fallo|inicio|paso
            hace cuanto
            cuanto tiempo
            depuis quand
            depuis combien
            quand * commence|debute|demarre
            a partir de quand
            """,
            "什么时候 多久 何时 从何时 几点 いつから いつ どのくらい"
        ),
        new(
            new Intent.WhoIsAffected(),
            """
            who|what|anyone|anything|which|else * affected|impacted|hit|suffers|suffering|hurt|impact
            ^ affected|impact|impacted
            blast radius
            what|whats|how * impact
            who|what|anyone|anything|something|anybody else is|are|has|have|fails|broken|down|failing
            who|what else $
            anyone|anything|somebody|something else
            other services|apps|teams|workloads|pods|customers|namespaces
            what|who|which * depends|depend|relies|rely|uses
            does|is this|it affect|affecting|impact|impacting
            do|are * users|customers * notice|see|affected|impacted
            how bad
            how many users|pods|customers|services|replicas
            wer|was|wen|welche * betroffen
            betroffen
            wer noch
            quien mas
            a quien|quienes afecta
            que mas
            afectado|afectados|afecta|impacto
            qui * touche|affecte|impacte
            qui d autre
            impacte|touches|impactes
            """,
            "谁受 受影响 受到影响 影响范围 影响了谁 还有谁 影响 影響"
        ),
        new(
            new Intent.IsFixed(),
            """
            is|are|was it|this|that|everything|things|we|all|they * fixed|ok|okay|better|healthy|working|up|back|
            good|resolved|solved|fine|well|gone|running|stable|green
            is|are * fixed|resolved|healthy|solved|recovered|back|ok|better|up|working|fine|stable now|yet|again|then
            ^ is|are * fixed|resolved|recovered|solved|healthy|better|ok $
            did|does|has that|this|it * help|work|fix|helped|worked
            did * help|work|fix
            did|has * recover|recovered
            is it|this|that|the still
            ^ still broken|failing|down|crashing|happening|bad|pending|there
            better|fixed|resolved|healthy|solved|good|working now|yet
            any better|improvement|progress
            does it work|run
            check|look|test|try|verify again
            recheck
            re-check
            how is|are it|things|that now|doing|going|looking
            hows it|that now|looking|going|doing
            works|working again|now
            hat das|es|die|der * geholfen|funktioniert|gewirkt
            ist|sind das|es|alles|wieder * behoben|gefixt|gelost|geloest|ok|wieder|gut|gesund|repariert
            geht|lauft|laeuft|funktioniert es|das|alles * wieder|jetzt
            immer noch kaputt
            esta|ya|sigue * arreglado|resuelto|bien|solucionado|fallando|funciona|funcionando|listo
            funciono|ayudo
            ya funciona
            est|c * resolu|repare|corrige|regle|marche|fonctionne
            ca marche|fonctionne|va
            ca a aide|marche|fonctionne
            """,
            "修好了吗 好了吗 恢复了吗 恢复了没 解决了吗 正常了吗 修复了吗 有用吗 还在 直りました 直った 治った 復旧 解決しましたか 効きました まだ"
        ),
        new(
            new Intent.HowToFix(),
            """
            how do|can|should|would|could|to|i|we|you * fix|solve|repair|resolve|mend|recover|stop|handle|address|get
            how * fixed
            how to
            how do we|i proceed
            what|whats * fix|solution|remedy|workaround
            what do|should|can|to|must|shall|could * do
            what now|next|then
            next|further step|steps
            fix|solve|repair|resolve it|this|that $
            any|the|suggested|quick|possible fix|solution|workaround|remedy|suggestion|advice|idea
            what would|do|could you suggest|recommend|advise|propose
            wie * behebe|behebt|behoben|lose|loese|losen|loesen|repariere|reparieren|fixe|fixen|beheben|fix
            was soll|muss|kann|sollen|mussen|konnen * tun|machen
            was tun
            losung|loesung|abhilfe
            como * arreglo|soluciono|arreglar|solucionar|resolver|arregla|soluciona|resuelvo|corregir
            que hago|hacemos|hacer
            solucion
            comment * corriger|reparer|resoudre|regler|corrige|repare
            que faire|dois
            quoi faire
            solution
            """,
            "怎么修 怎么解决 如何修 如何解决 怎么办 怎么处理 怎样修 解决方案 修复方法 どうすれば どうやって 直し方 修正方法 対処 解決方法 直すには"
        ),
        new(
            new Intent.Sure(),
            """
            sure|certain|confident about|of|that|this|it $
            are|r you|u * sure|certain|confident|positive
            how sure|certain|confident|reliable|likely
            ^ really|seriously|sure $
            is that|this|it right|correct|true|sure|certain|accurate|really
            what|could|can|might|may * else * be|it|cause|explain
            could|can|might|may it|this|that be
            what evidence|proof
            evidence|proof|prove
            how do|can you|u know
            how did you|u find|know|conclude|determine|figure
            why do you think|believe|say
            alternatives|alternative
            other|another causes|explanations|possibilities|reasons|cause|reason|explanation
            what speaks|argues against|for
            confidence
            double check
            i doubt
            bist du * sicher
            bist dir sicher
            wie sicher
            wirklich sicher
            ^ sicher|wirklich $
            woher weisst
            beweis|beweise|belege|belegen
            estas|seguro|segura * seguro|segura
            ^ seguro|segura $
            como lo sabes
            pruebas|evidencia
            tu|vous * sur|certain|sure|certaine
            ^ vraiment|sur $
            preuve|preuves
            comment le sais
            """,
            "确定吗 你确定 肯定吗 真的吗 确信 证据 把握 本当 確か 確信 証拠 根拠"
        ),
        new(
            new Intent.Explain(true),
            """
            for|to * manager|managers|boss|management|ceo|cto|stakeholder|stakeholders|nontechnical|non-technical|
            exec|execs|executives|business|leadership|support|director|vp|pm
            manager|management|executive|business|exec|leadership|stakeholder summary|update|version|terms|speak
            summary|version|update for|to * manager|managers|boss|management|ceo|cto|stakeholders|execs|executives|
            business|leadership
            what * tell|say * manager|boss|management|customers|customer|stakeholders|ceo|cto|business
            fur|fuer|dem|meinem|meinen|meine|einen * chef|chefin|manager|management|vorgesetzten|laien
            para|a * jefe|jefa|gerente|direccion|directivos
            pour|a * chef|manager|patron|direction|responsable
            """,
            "领导 老板 经理 管理层 上司 マネージャー 上長 経営"
        ),
        new(
            new Intent.Explain(false),
            """
            explain
            eli5
            like|as im|i five|5|new|a|child
            in plain|simple|simpler|easy|layman|laymans|human words|english|terms|language
            simple|simpler|plain|easier words|terms|english|language
            what does that|this|it|the mean
            meaning of
            i|we dont|do|didnt not? understand|get
            dont understand|get
            say * simpler|simply
            more simply
            erklar|erklare|erklaer|erklaere|erklaren|erkl
            was bedeutet|heisst
            verstehe nicht
            einfach|einfacher * worten|gesagt|ausgedruckt
            explica|explicame|explicar|explicalo
            que significa
            no entiendo
            explique|expliquez|expliquer
            que veut dire
            comprends pas
            """,
            "解释 说明一下 简单 什么意思 通俗 不懂 説明 簡単 分かりやすく どういう意味 意味"
        ),
        new(
            new Intent.Summarise(true),
            """
            hand over|off
            handover|handoff|hand-over|hand-off
            handing over|off
            next|shift|new|incoming shift|oncall|on-call|change
            shift summary|report|notes|handover|change
            ubergabe|uebergabe|schichtwechsel|ubergeben|uebergeben
            relevo|traspaso|cambio de turno
            passation|releve|passer la main
            """,
            "交接 换班 引き継ぎ 引継ぎ 交代"
        ),
        new(
            new Intent.Summarise(false),
            """
            summarise|summarize|summary|recap|tldr|tl;dr|summarising|summarizing
            sum * up
            tl dr
            catch me|us up
            where are|do we|things
            status|state update|report
            what|whats * status|state $
            ^ status $
            current status|state
            what do|did we know|learn|have
            what happened so far
            zusammenfassung|zusammenfassen|fasse|fass
            was ist der stand
            ^ stand $
            resumen|resume|resumir|resumelo
            resumer|recapitule|recapitulatif
            """,
            "总结 概括 摘要 归纳 汇总 目前状态 まとめ 要約 サマリ 状況"
        ),
        new(
            new Intent.Postmortem(),
            """
            postmortem|post-mortem|postmortems
            post mortem
            rca
            root cause analysis
            incident report|review
            retro|retrospective
            write * incident|report
            nachbericht|nachbetrachtung
            informe
            rapport d incident
            compte rendu
            """,
            "复盘 事后 事故报告 ポストモーテム 振り返り 障害報告 事後"
        ),
        new(
            new Intent.Ticket(),
            """
            open|create|file|make|raise|write|log|draft|need|get * ticket|issue|jira|bug|story|task
            ^ ticket|jira
            ticket please|text|for
            ticket|jira * erstellen|offnen|oeffnen|anlegen|aufmachen|schreiben
            erstelle|offne|oeffne|schreibe|mach|erstell|offn * ticket|issue
            abre|abrir|crea|crear|genera * ticket|incidencia|issue|tique
            ouvre|ouvrir|cree|creer|ouvrez * ticket|issue
            """,
            "工单 开个单 提单 提工单 チケット 起票"
        ),
        new(
            new Intent.Show(ShownPart.Logs),
            Shown("log|logs|protokoll|protokolle|registros|journaux|logfile|stacktrace|stdout|logging")
                + """

                stack trace
                last|previous|recent|error|crash|latest logs|log|lines
                what|whats do|does|is|are|say|in * logs|log
                """,
            "日志 ログ"
        ),
        new(
            new Intent.Show(ShownPart.Events),
            Shown("events|event|ereignisse|ereignis|eventos|evenements")
                + """

                what|which|any * events
                warning|recent|last|latest events
                """,
            "事件 イベント"
        ),
        new(
            new Intent.Show(ShownPart.Object),
            Shown(
                "yaml|manifest|describe|description|spec|object|definition|json|config|configuration|manifiesto|env|"
                    + "resources|limits|requests|probe|probes|template"
            )
                + """

                ^ describe
                kubectl describe
                what|whats|which * limits|limit|request|requests|env|image|probe|replicas $
                """,
            "清单 配置 マニフェスト 設定"
        ),
        new(
            new Intent.Show(ShownPart.Metrics),
            Shown(
                "metrics|usage|measurements|metrik|metriken|metricas|metriques|consumption|cpu|memory|utilisation|"
                    + "utilization|graph|graphs|speicher|memoria|memoire"
            )
                + """

                how much memory|cpu|ram
                what|whats * usage|consumption
                memory|cpu usage|consumption|metrics|graph
                wieviel|wie speicher|cpu|viel
                cuanta memoria|cpu
                combien de memoire|cpu
                """,
            "指标 内存 用量 メトリクス 使用量 メモリ使用"
        ),
        new(
            new Intent.Show(ShownPart.Pods),
            Shown("pods|pod|replicas|instances|instanzen|instancias")
                + """

                which|what|how pods|many * its|it|this|replicas|pods
                pod status|list|states
                """,
            "显示pod 看pod 查看pod"
        ),
        new(
            new Intent.Show(ShownPart.Neighbours),
            Shown("neighbours|neighbors|topology|dependencies|abhangigkeiten|dependencias|dependances"),
            "依赖 拓扑 依存"
        ),
        new(
            new Intent.List(ListedKind.Failing),
            """
            list|show|which|what|any|all|get|give|whats|are|how * failing|broken|unhealthy|crashing|bad|down|
            notready|pending|crashlooping|sick|erroring pods|pod|workloads|apps|services|deployments|things|jobs|
            applications|objects|containers
            failing|broken|unhealthy|crashing|notready|crashlooping pods|workloads|apps|services|deployments|things|
            jobs
            pods|workloads|apps|services|deployments|anything|everything * failing|broken|unhealthy|crashing|not|
            notready $
            what|whats|anything|everything|which|who * else? is|are|s failing|broken|down|crashing|burning|
            unhealthy|red $
            all|other|more|further problems|issues|failures|incidents|errors
            what * other|more problems|issues|failures
            list|show * problems|issues|failures|incidents|everything
            welche|zeige|liste|alle|was * fehlerhafte|kaputte|kaputten|kaputt|fehlerhaften|defekte|defekten|
            fehlgeschlagenen
            welche pods * nicht|fehler|kaputt|laufen
            que|cuales|lista|muestra * fallando|rotos|fallan|caidos|fallidos
            quels|liste|montre|affiche * echouent|panne|casses|echec|plantent
            """,
            "哪些pod 哪些服务 列出 有问题的 失败的 故障的 異常な 失敗している 落ちている 一覧"
        ),
        new(
            new Intent.List(ListedKind.Namespaces),
            """
            list|show|which|what|all|get * namespaces
            ^ namespaces $
            welche|zeige|liste * namespaces
            que|cuales|lista|muestra * namespaces
            quels|liste|montre * namespaces
            """,
            "命名空间 ネームスペース 名前空間"
        ),
        new(
            new Intent.List(ListedKind.Pods),
            """
            list|which|what|all|every|how * pods|deployments|services|workloads
            list * pods|deployments|services|workloads|nodes|jobs
            """
        ),
        new(
            new Intent.SafeToDeploy(),
            """
            safe|ok|okay|good|fine|wise|time|risky|clear|ready|go * deploy|release|ship|rollout|merge|push|upgrade|
            roll|deployment
            can|may|should|shall|could i|we * deploy|release|ship|merge|push|upgrade
            safe to
            is it safe
            deploy|release|ship now|today|yet
            freeze
            kann|darf|konnen|sollen|durfen * deployen|ausrollen|releasen|deploy
            sicher * deployen|auszurollen|ausrollen
            puedo|podemos|seguro|se * desplegar|deployar|lanzar|hacer deploy
            puis|peut|peux|pouvons * deployer|deploy|livrer
            """,
            "可以部署 能部署 可以发布 能发布 安全吗 部署安全 可以上线 デプロイして デプロイできます デプロイ リリースして"
        ),
        new(
            new Intent.Write(WriteVerb.RollBack),
            """
            ^ roll|rolling it|this|that|the|everything|back|deployment|change|release|checkout|config|rollout * back?
            ^ roll * back
            ^ rollback|revert|undo
            ^ do|make|trigger|start|run|perform a? rollback|revert
            should|shall|can|could|must i|we|you * rollback|revert|undo
            should|shall|can|could|must i|we|you * roll * back
            how * rollback|revert
            how * roll * back
            ^ go|switch back|previous to? * version|revision|previous
            zuruckrollen|zurueckrollen|zuruckdrehen|rollbacken
            rolle|roll * zuruck|zurueck
            mach|mache * ruckgangig|rueckgaengig
            revierte|revertir|deshaz|rollback
            vuelve * version|atras
            annule|reviens|restaure|revenir
            """,
            "回滚 回退 撤销 ロールバック 元に戻し 戻して"
        ),
        new(
            new Intent.Write(WriteVerb.Restart),
            """
            ^ restart|bounce|reboot|redeploy|recreate|restarting|cycle
            ^ kick it|the|that|this
            should|shall|can|could|would|must i|we|you * restart|bounce|reboot|redeploy
            how * restart|bounce|redeploy
            ^ do|trigger|run|perform a? restart|rolling
            would|will|does a? restart * help|fix
            neu starten|gestartet
            neustarten|neustart
            starte|start * neu
            reinicia|reiniciar|reinicialo
            redemarre|redemarrer|relance|redemarrez
            """,
            "重启 重新启动 再起動 リスタート"
        ),
        new(
            new Intent.Write(WriteVerb.Delete),
            """
            ^ delete|kill|remove|evict|drain|cordon|destroy|terminate|nuke|drop
            should|shall|can|could|must i|we|you * delete|kill|remove|evict|drain|cordon
            how * delete|kill
            losche|loesche|loschen|loeschen|entferne
            borra|elimina|borrar|eliminar|mata
            supprime|supprimer|efface|tue
            """,
            "删除 删掉 杀掉 干掉 削除 消して"
        ),
        new(
            new Intent.Write(WriteVerb.Scale),
            """
            ^ scale|upscale|downscale|autoscale
            ^ increase|decrease|raise|add|reduce|lower|set|bump|double * replicas|replica|instances|pods
            should|shall|can|could|must i|we|you * scale
            how * scale
            skaliere|skalieren|hochskalieren|runterskalieren
            escala|escalar|escalalo
            mets|passe|scale a * replicas
            """,
            "扩容 缩容 扩展到 扩到 スケール"
        ),
        new(
            new Intent.Write(WriteVerb.Apply),
            """
            ^ apply|execute|run it|that|this|the|fix|your|them
            ^ do it|that|this $
            ^ fix|repair|solve it|this|that for|yourself|automatically
            ^ increase|raise|bump|set|change|update|patch|edit|create|lower|add * limit|limits|memory|cpu|quota|
            secret|configmap|image|env|request|requests|timeout|probe
            can|could you * fix|apply|repair|solve|patch|change|create it|this|that|the
            mach das|es
            behebe|repariere es|das
            hazlo|aplicalo|arreglalo
            fais le|ca
            applique|repare le|la|ca
            """,
            "帮我修 执行 应用修复 直して やって 適用"
        ),
        new(
            new Intent.GiveFeedback(FeedbackKind.Wrong, null, IsFalseAlarm: true),
            """
            false alarm|positive|alert
            nothing was|is wrong
            there was|is no problem|issue|incident
            expected|planned behaviour|behavior|maintenance
            that|this|it was|is planned|expected|intended|maintenance|deliberate
            we|i did that|this on purpose
            fehlalarm
            falscher alarm
            falsa alarma
            fausse alerte
            fausse alarme
            """,
            "误报 虚惊 誤報 誤検知"
        ),
        new(
            Wrong,
            """
            ^ wrong|incorrect|nonsense|false|bullshit|nope|falsch|falso|faux|incorrecto|mal|quatsch
            thats|that|this|it|its|youre|you|answer|your is|are|was|were|s? * wrong|incorrect|nonsense|untrue|
            bullshit|mistaken
            thats|youre|its wrong|incorrect|nonsense|mistaken|false
            thats|that|this|it|its is|was|isnt|wasnt|not * right|correct|true|it|cause|problem|reason|case
            not it|correct|true|right $
            not the|a|your|really * cause|problem|reason|culprit
            wrong answer|cause|diagnosis|object|pod|guess
            ^ no * it|its|that|this|the * was|is|wasnt|isnt
            ^ no $
            ^ it|this|that was|is actually|really|because|caused|due
            ^ actually * was|is
            ^ it|this|that was the|a|an|our
            real|actual|true|correct cause|reason|problem|culprit
            cause|reason|problem|culprit was
            the it|that * turned out
            turns|turned out
            stimmt nicht
            das|es|ist * falsch
            das war|ist * nicht
            ^ nein
            ^ es|das war|lag
            no es|era|fue
            ^ no fue|era|es
            ^ fue|era
            esta mal|equivocado
            c etait
            ce n est|etait pas
            c est faux
            ^ non
            """,
            "不对 错了 不是 错误的 并不是 其实是 是因为 違う 違います 違いました 間違 ではなく 実は"
        ),
        new(
            Fixed,
            """
            this|that|it * fixed|solved|resolved|helped|worked
            this|that|it did it|the
            ^ fixed|solved|resolved|repaired
            its|it|is|all|everything|this|that|thats|problem|issue|incident is|are|was|been|has|s? * fixed|solved|
            resolved|ok|fine|back|healthy|gone|good|recovered|up|over
            its|thats|everythings fixed|solved|resolved|working|ok|fine|back|healthy|good|gone|up|over
            i|we|ben|ada|cleo|they|he|she|team * fixed|solved|resolved|repaired it|this|that|the
            works|working|running|healthy|back|up|fine|green again|now $
            works|worked $
            all good|green|clear|fine|well
            everything works|ok|fine
            problem|issue|incident|its solved|gone|fixed|resolved|over
            close|closing|resolve|done * thread|incident|this|it
            behoben|gefixt|erledigt|repariert
            gelost|geloest
            lauft|laeuft|geht|funktioniert * wieder
            das|es hat|war geholfen|es
            arreglado|solucionado|resuelto|corregido|arreglamos
            ya funciona|esta|quedo
            lo arregle|arreglamos|solucione
            resolu|repare|corrige|regle
            c est bon|repare|resolu|regle|corrige
            ca marche|remarche
            """,
            "修好了 已修复 解决了 修复了 搞定 恢复了 好了 已解决 直りました 直しました 解決しました 修正しました 復旧しました"
        ),
        new(
            new Intent.Silence(default),
            """
            mute|silence|snooze|unsubscribe|stumm|silencia|silenciar|stummschalten
            ^ quiet|hush|shush|ruhe|silencio
            shut|be up|quiet|silent
            stop|dont|do|no not? * alerting|notifying|posting|pinging|alert|notify|ping|spamming|spam|alerts|
            notifications|messages
            schalte|mach stumm|leise
            en|mets sourdine
            fais taire
            """,
            "静音 静默 免打扰 ミュート 黙っ サイレンス 通知を止め"
        ),
        new(
            new Intent.Stop(true),
            """
            ^ stop|stopp|shut|shush|quiet|enough|halt|ruhe $
            mute|silence|leave this? thread|conversation|channel
            shut|be up|quiet|silent
            stop|dont answering|replying|talking|answer|reply|talk
            sei still|ruhig
            callate
            tais toi
            """,
            "停止 别说了 安静 黙って やめて"
        ),
        new(
            new Intent.Stop(false),
            """
            ^ never mind
            ^ nevermind|nvm|cancel|abort
            ^ forget|ignore|leave|skip it|that|this? $
            forget|ignore|drop|leave it|that|this|about|my $
            no not? need|needed|necessary
            dont bother|worry
            scratch|strike that
            ^ egal|vergiss|lass|abbrechen|schon
            vergiss es
            lass gut|es|mal
            olvidalo|dejalo|cancela|olvida
            no importa
            laisse|oublie tomber|ca
            laisse tomber
            c est pas grave
            """,
            "算了 不用了 没事了 取消 忘了 不管了 もういい 気にしない 忘れて 大丈夫です"
        ),
        new(
            new Intent.History(),
            """
            has|have|did|was|is|were * happened|seen|occurred|happen|had|known before|earlier|already|previously|
            past|last|this|that
            happened|seen before
            what|which|who * helped|fixed|solved|worked last|before|then|previously
            last time
            have we seen
            is this|it|that a? known|recurring|new
            how often * happened|happen|seen
            similar|earlier|previous|past incidents|incident|cases|case|problems|failures
            gab es das
            schon mal|einmal
            letztes mal
            paso|ha antes|pasado
            ultima vez
            deja vu|arrive
            derniere fois
            """,
            "以前 之前发生 上次 出现过 前にも 以前にも 前回"
        ),
        new(
            new Intent.Privacy(),
            """
            who|anyone|anybody|others|everyone|people|somebody * see|sees|read|reads|know * ask|asked|this|here|
            messages|chat|talk|type|write
            what|whats did|has|does|is * ask|asked|asking|tell|told|say|said you
            what|which did * ask|say|tell * direct|dm|dms|private|privately
            is this|it|that|chat|here private|confidential|secret
            do|will|can you tell * others|anyone|anybody|people|boss
            wer sieht|liest
            quien ve|lee
            qui voit|lit
            """,
            "谁能看到 私密 誰が見"
        ),
        new(
            new Intent.Acknowledge(),
            """
            ^ ack|acked|acknowledge|acknowledged|mine
            i|ill|im|we|were * on it|this
            ^ on it
            i|ill|im|we|well|were|were will|am|are|going? * take|taking|handle|handling|own|owning|look|looking|
            investigate|investigating|working|work|fixing it|this|that|into|over|care|on
            taking|take this|it|over|care
            ich kummere|kuemmere|ubernehme|uebernehme|schaue|bin|mach
            me encargo|ocupo
            lo miro|tomo
            je m en occupe|charge
            je prends|regarde
            """,
            "我来处理 我来看 收到 我负责 我在处理 认领 対応します 確認します 私が 対応中 引き受け"
        ),
        new(
            new Intent.Deeper(),
            """
            dig|go|look|drill|investigate|analyse|analyze * deeper|closer|harder|further|properly|down|again|more
            ^ deeper|again
            more|further details|detail|info|information|depth|evidence
            ^ details|detail
            tell|show|give|say * more $
            try again
            full|complete|detailed analysis|investigation|report|details
            without memory
            tiefer|genauer|grundlicher|ausfuhrlicher
            mehr details|infos|einzelheiten
            mas detalles|profundo|informacion|info
            profundiza|profundizar
            plus de? details|infos|loin
            creuse|creuser|approfondis
            """,
            "详细 深入 更多 进一步 再查 詳しく もっと 深く 詳細"
        ),
        new(
            new Intent.Note(),
            """
            ^ note
            ^ remember|merke|merk|recuerda|retiens
            show|list|which|what * notes|note
            ^ notes|notizen|notas
            forget|delete|remove * note|notes
            take|make|add|save|keep * note
            notiere|notiz
            anota|apunta
            """,
            "记住 备注 记录一下 笔记 メモ 覚えて"
        ),
        new(
            new Intent.Why(),
            """
            ^ why|warum|wieso|weshalb|pourquoi $
            why|warum|wieso|weshalb|pourquoi
            how come
            how did|could|can * happen|happened
            what|whats * cause|reason|causing|causes|caused|culprit|wrong
            whats wrong|up|happening|broken|cause
            root cause
            what is going|happening|wrong|broken
            what happened|happens
            was ist|war los|passiert|kaputt|falsch
            was ist * ursache|grund
            ursache|grund
            por que
            porque
            que pasa|paso|ocurre|sucede
            causa|razon
            que se passe
            quelle * cause|raison
            """,
            "为什么 为何 为啥 怎么回事 怎么了 原因 なぜ どうして なんで 何が起き どうなって どうした"
        ),
        new(
            new Intent.Thanks(),
            """
            ^ thanks|thank|thx|ty|tnx|cheers|danke|merci|gracias|great|nice|cool|perfect|awesome|super|prima|ok|
            okay|k|kk|got|understood|alright|lovely|vale|genial|interesting|noted|good|right|yes|yep|yeah|lol|haha|
            wow|hm|hmm|brilliant|excellent|amazing|sweet|neat|fine|makes
            thank you
            why not
            sure why not
            good|great|nice|well job|bot|work|done|catch|find|one
            many thanks
            i see
            that makes|is sense
            vielen dank
            muchas gracias
            merci beaucoup
            d accord
            love it|this|you
            """,
            "谢谢 多谢 感谢 好的 明白 知道了 辛苦 ありがとう 了解 わかりました 助かり"
        ),
        new(
            new Intent.Help(),
            """
            ^ help|hilfe|ayuda|aide|usage $
            ^ help me|us|please $
            what can|could you|u do
            what|how can|could you|u|i * do|help|ask|say|use
            what else can|could you|i
            what are you
            who are you
            how are you
            commands|befehle|comandos
            what|which commands|options|questions
            how do|does i|this|you work|use|work
            was kannst du
            que puedes
            que peux
            ^ hi|hello|hey|hallo|hola|bonjour|salut|moin|ping|test|morning|servus $
            guten|good morgen|tag|abend|morning|day|evening|afternoon
            buenos|buenas dias|tardes
            tell * joke
            """,
            "你好 您好 帮助 你能做什么 你会什么 こんにちは ヘルプ 使い方 何ができ"
        ),
    ];

    /// <summary>The ways to ask for a part of the evidence.</summary>
    private static string Shown(string part) =>
        $"""
            show|give|get|print|see|read|fetch|tail|display|list|pull|paste|dump|want|need|post|check|send|zeig|
            zeige|zeigen|montre-moi|montrez-moi|montre-nous|donne-moi|affiche-moi|zeig-mir|muestra|muestrame|
            mostrar|ensename|montre|montrez|affiche|afficher|donne|dame|whats|view|grab|share|gib|hol * {part}
            ^ {part} $
            ^ {part} of|for|from|von|vom|fur|fuer|de|del|du|in|please|bitte
            """;

    private static HashSet<string> Set(string words) =>
        [.. words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
}
