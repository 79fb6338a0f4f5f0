"""What somebody asks about before ketamine is given, with the source of each question; a list to ask, and no rule."""

from types import MappingProxyType

# Spravato: its label's contraindications. Hull 2022: exclusions of the at-home study. Ketalar: warnings of the label of ketamine.
# Usual: clinical practice, not checked against a source.
CONTRAINDICATIONS = MappingProxyType(
    {
        "aneurysmal_disease": ("Aneurysmal vascular disease", "Spravato"),
        "arteriovenous_malformation": ("Arteriovenous malformation", "Spravato"),
        "cardiac_disease": ("Cardiac disease, uncontrolled", "Hull 2022"),
        "cognitive_impairment": ("Cognitive impairment", "usual"),
        "haemodynamic_instability": ("Haemodynamic instability", "Ketalar"),
        "hepatic_disease": ("Hepatic disease, severe", "usual"),
        "hypersensitivity": ("Hypersensitivity to ketamine", "Spravato; Hull 2022"),
        "hypertension": ("Hypertension, uncontrolled", "usual"),
        "hyperthyroidism": ("Hyperthyroidism", "usual"),
        "intracerebral_haemorrhage": ("Intracerebral haemorrhage, earlier", "Spravato"),
        "infarction_or_stroke": ("Myocardial infarction or stroke, last 6 weeks", "usual"),
        "opioid_use_disorder": ("Opioid use disorder", "Hull 2022"),
        "pregnancy_or_nursing": ("Pregnancy or nursing", "Hull 2022"),
        "psychosis_or_mania": ("Psychosis or mania, active or past", "Hull 2022"),
        "raised_pressure": ("Raised intracranial or intraocular pressure", "Ketalar; usual"),
        "seizure_disorder": ("Seizure disorder", "usual"),
        "sleep_apnoea": ("Sleep apnoea, untreated", "usual"),
        "substance_dependence": ("Substance dependence, current", "Hull 2022"),
        "suicidal_intent": ("Suicidal intent or attempt, recent", "Hull 2022"),
        "theophylline": ("Theophylline or aminophylline taken", "Ketalar"),
    }
)
