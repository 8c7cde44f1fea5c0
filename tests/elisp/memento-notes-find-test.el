;;; memento-notes-find-test.el --- Tests of finding, making and linking notes  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-notes-test-helper)

(defvar org-roam-directory)
(declare-function memento-core-notes-with-id "ext:memento-core")
(declare-function memento-core-notes-list "ext:memento-core")
(declare-function memento-core-notes-sync "ext:memento-core")

(ert-deftest memento-notes-find-test-what-is-offered ()
  (memento-test-with-notes
    (memento-test-answering
        (lambda (prompt table _predicate require-match &rest _)
          (should (equal prompt "Note: "))
          (should (eq require-match 'confirm-after-completion))
          ;; Those of the file changed last first, each name once.
          (should (equal (all-completions "" table)
                         '("Emacs" "GNU Emacs" "House" "Plan<House>" "Garden" "Plan<Garden>")))
          (should (eq (memento-test-metadata table 'category) 'memento-note))
          (should (eq (memento-test-metadata table 'display-sort-function) 'identity))
          (should (string-match-p "\\` +editor +emacs\\.org\\'" (memento-test-beside table "Emacs")))
          (should (string-match-p "emacs\\.org  (alias of Emacs)\\'" (memento-test-beside table "GNU Emacs")))
          (should (string-match-p "\\` +PUBLIC +house\\.org\\'" (memento-test-beside table "House")))
          (should (eq (get-text-property (string-search "PUBLIC" (memento-test-beside table "House"))
                                         'face (memento-test-beside table "House"))
                      'memento-notes-public))
          ;; The columns stand below one another.
          (should (= (+ (string-width "House") (string-search "PUBLIC" (memento-test-beside table "House")))
                     (+ (string-width "Plan<House>") (string-search "PUBLIC" (memento-test-beside table "Plan<House>")))))
          "Emacs")
      (memento-notes-find))
    (should (equal buffer-file-name (memento-test-note "emacs.org")))
    (should (= (point) 1))))

(ert-deftest memento-notes-find-test-a-name-is-found-by-any-part-of-it ()
  (memento-test-with-notes
    (let ((names (lambda (input table)
                   (let ((all (completion-all-completions input table nil (length input)
                                                          (completion-metadata input table nil))))
                     (when (consp all)
                       (setcdr (last all) nil))
                     (mapcar #'substring-no-properties all)))))
      (memento-test-answering
          (lambda (_ table &rest _)
            (should (equal (funcall names "ous" table) '("House" "Plan<House>")))
            "Emacs")
        (memento-notes-find))
      ;; Who has chosen a style has that.
      (let ((completion-styles '(basic)))
        (memento-test-answering
            (lambda (_ table &rest _)
              (should-not (funcall names "ous" table))
              (should (equal (funcall names "hou" table) '("House")))
              "Emacs")
          (memento-notes-find))))))

(ert-deftest memento-notes-find-test-visits-the-headline ()
  (memento-test-with-notes
    (memento-test-answering (lambda (&rest _) "Plan<Garden>") (memento-notes-find))
    (should (equal buffer-file-name (memento-test-note "garden.org")))
    (should (looking-at-p "\\* Plan"))
    ;; Narrowed elsewhere and with unsaved edits above it: the ID tells where it is.
    (goto-char (point-min))
    (forward-line 4)
    (insert "more\nand more\n")
    (narrow-to-region (point-min) (point))
    (memento-test-answering (lambda (&rest _) "plan<garden>") (memento-notes-find))
    (should (looking-at-p "\\* Plan"))
    (should (buffer-modified-p))
    (delete-other-windows)
    (memento-test-answering (lambda (&rest _) "House") (memento-notes-find t))
    (should (equal buffer-file-name (memento-test-note "house.org")))
    (should (= (length (window-list)) 2))))

(ert-deftest memento-notes-find-test-makes-what-there-is-not ()
  (memento-test-with-notes
    (should (equal (memento-test-messages
                    (memento-test-answering (lambda (&rest _) " Tea & “cakes” ") (memento-notes-find)))
                   "Made the note Tea & “cakes”, private"))
    (should (file-in-directory-p buffer-file-name (memento-test-note "")))
    (should (string-match-p "^#\\+title: Tea & “cakes”$" (memento-test-read buffer-file-name)))
    (should (eobp))
    (should-not (buffer-modified-p))
    (should-not (memento--notes-public-at-p (point)))
    ;; It is found from now on, in whatever case.
    (let ((file buffer-file-name))
      (find-file memento-test-home)
      (memento-test-answering (lambda (&rest _) "tea & “CAKES”") (memento-notes-find))
      (should (equal buffer-file-name file)))
    (should (= (length (directory-files (memento-test-note "") nil "\\.org\\'")) 4))
    (memento-test-should-refuse "No title"
      (memento-test-answering (lambda (&rest _) " ") (memento-notes-find)))))

(ert-deftest memento-notes-find-test-sees-what-others-wrote ()
  (memento-test-with-notes
    (memento-test-answering (lambda (&rest _) "House") (memento-notes-find))
    (memento-test-write ".roam/new.org" ":PROPERTIES:\n:ID: new\n:END:\n#+title: From outside\n")
    (delete-file (memento-test-note "garden.org"))
    (memento-test-answering
        (lambda (_ table &rest _)
          (should (equal (all-completions "" table) '("From outside" "Emacs" "GNU Emacs" "House" "Plan")))
          "From outside")
      (memento-notes-find))
    (should (equal (buffer-name) "new.org"))
    ;; A note that went away since the question.
    (memento-test-should-refuse "does not exist any more"
      (memento-test-answering (lambda (&rest _) (delete-file (memento-test-note "emacs.org")) "Emacs")
        (memento-notes-find)))))

(ert-deftest memento-notes-find-test-inserts-links ()
  (memento-test-with-notes
    (memento-test-visit-note "garden.org")
    (goto-char (point-max))
    (memento-test-answering (lambda (&rest _) "Emacs") (memento-notes-insert))
    (should (looking-back "^\\[\\[id:emacs\\]\\[Emacs\\]\\]" nil))
    (insert " ")
    (memento-test-answering (lambda (&rest _) "GNU Emacs") (memento-notes-insert))
    (should (looking-back " \\[\\[id:emacs\\]\\[GNU Emacs\\]\\]" nil))
    (insert " ")
    ;; What tells it from others in the list is no part of its title.
    (memento-test-answering (lambda (&rest _) "Plan<House>") (memento-notes-insert))
    (should (looking-back " \\[\\[id:house-plan\\]\\[Plan\\]\\]" nil))
    (should (buffer-modified-p))
    (setq buffer-read-only t)
    (should-error (call-interactively #'memento-notes-insert) :type 'buffer-read-only)))

(ert-deftest memento-notes-find-test-the-region-becomes-the-description ()
  (memento-test-with-notes
    (memento-test-visit-note "garden.org" "as it is")
    (transient-mark-mode 1)
    (set-mark (point))
    (search-forward "shade")
    (let ((initial nil))
      (memento-test-answering (lambda (_prompt _table _predicate _match text &rest _) (setq initial text) "House")
        (memento-notes-insert))
      (should (equal initial "as it is in the shade")))
    (should (string-match-p "first,\n\\[\\[id:house\\]\\[as it is in the shade\\]\\]\\.\n" (buffer-string)))
    ;; A note that there was not.
    (let ((told (memento-test-messages
                 (memento-test-answering (lambda (&rest _) "Compost [heap]") (memento-notes-insert)))))
      (should (equal told "Made the note Compost [heap], private")))
    (should (equal (buffer-name) "garden.org"))
    (should (looking-back "\\[\\[id:[-0-9a-f]+\\]\\[Compost .heap.+\\]\\]" nil))))

(ert-deftest memento-notes-find-test-offers-org-roam-s-directory ()
  (memento-test-with-notes
    (let* ((roam (expand-file-name "my notes" memento-test-home))
           (config (memento-test-write ".config/memento/config.toml" "# mine\nlease_minutes = 5\n"))
           (org-roam-directory (file-name-as-directory roam))
           (asked nil))
      (memento-test-write "my notes/tea.org" ":PROPERTIES:\n:ID: tea\n:END:\n#+title: Tea\n")
      (cl-letf (((symbol-function 'y-or-n-p) (lambda (prompt) (push prompt asked) nil)))
        (memento--notes-sync)
        (memento--notes-sync))
      (should (= (length asked) 1))
      (should (string-match-p "Use Org-roam's notes in ~/my notes" (car asked)))
      (should (equal (memento-test-read config) "# mine\nlease_minutes = 5\n"))
      ;; Another day.
      (setq memento--notes-declined nil)
      (cl-letf (((symbol-function 'y-or-n-p) #'always))
        (memento-test-answering (lambda (_ table &rest _) (car (all-completions "" table)))
          (memento-notes-find)))
      (should (equal (buffer-name) "tea.org"))
      (should (equal (memento-test-read config)
                     (format "notes_dir = \"%s\"\n# mine\nlease_minutes = 5\n" roam)))
      ;; Now it is said: nobody is asked again, not even where Org-roam goes elsewhere.
      (let ((org-roam-directory (memento-test-note "")))
        (cl-letf (((symbol-function 'y-or-n-p) (lambda (&rest _) (error "Asked again"))))
          (memento--notes-sync))))))

(ert-deftest memento-notes-find-test-does-not-offer-what-is-settled ()
  (memento-test-with-notes
    (cl-letf (((symbol-function 'y-or-n-p) (lambda (&rest _) (error "Asked"))))
      ;; The default is Org-roam's directory already.
      (let ((org-roam-directory (memento-test-note "")))
        (memento--notes-sync))
      ;; It does not exist.
      (let ((org-roam-directory "~/nowhere"))
        (memento--notes-sync))
      ;; The environment says.
      (make-directory (expand-file-name "other" memento-test-home))
      (let ((org-roam-directory (expand-file-name "other" memento-test-home))
            (process-environment (cons (concat "MEMENTO_NOTES_DIR=" (memento-test-note "")) process-environment)))
        (memento--notes-sync)))))

(ert-deftest memento-notes-find-test-offers-to-make-the-directory ()
  (memento-test-with-home
    (let ((memento--notes-declined nil))
      (cl-letf (((symbol-function 'y-or-n-p) #'ignore))
        (memento-test-should-refuse "notes_dir = .* at the top of ~/\\.config/memento/config\\.toml"
          (memento-notes-find)))
      (should-not (file-exists-p (memento-test-note "")))
      (cl-letf (((symbol-function 'y-or-n-p) #'always))
        (memento-test-answering (lambda (_ table &rest _)
                                  (should-not (all-completions "" table))
                                  "First")
          (memento-notes-find)))
      (should (equal (file-name-directory buffer-file-name) (file-name-as-directory (memento-test-note "")))))))

(ert-deftest memento-notes-find-test-a-long-sync-goes-on-in-a-thread ()
  (memento-test-with-notes
    (let* (told
           (changed 0)
           (memento-notes-changed-hook (list (lambda () (setq changed (1+ changed))))))
      (cl-letf (((symbol-function 'memento-core-notes-refresh) #'ignore)
                ((symbol-function 'message)
                 (lambda (format &rest arguments) (when format (push (apply #'format format arguments) told)))))
        (memento--notes-sync)
        (should (= (length (memento--call #'memento-core-notes-list nil)) 6))
        (should (= changed 1))
        ;; It says how far it is, and C-g ends it.
        (cl-letf (((symbol-function 'memento-core-notes-sync)
                   (lambda (_store process)
                     (memento--take-events process "(:event progress :done 512 :total 10000)\n"
                                           (lambda (process event)
                                             (funcall (process-filter process) process (format "%S\n" event))))))
                  ((symbol-function 'accept-process-output)
                   (lambda (&rest _) (when told (signal 'quit nil)))))
          (should (condition-case nil (progn (memento--notes-sync) nil) (quit t))))
        (should (equal (car told) "Reading notes: 512 of 10000 (C-g stops)"))
        (should-not (seq-find (lambda (process) (string-prefix-p "memento" (process-name process))) (process-list)))))))

(ert-deftest memento-notes-find-test-trouble-in-the-thread-is-told ()
  (memento-test-with-notes
    (memento--store)
    (cl-letf (((symbol-function 'memento-core-notes-refresh) #'ignore))
      (delete-directory (memento-test-note "") t)
      (cl-letf (((symbol-function 'memento--notes-need-directory) #'ignore))
        (memento-test-should-refuse "The notes could not be read: .*roam" (memento--notes-sync))))))

(ert-deftest memento-notes-find-test-which-node-point-is-in ()
  (memento-test-with-notes
    (let ((node (lambda (text)
                  (memento-test-visit-note "house.org" text)
                  (let ((node (memento--notes-node-at-point)))
                    (cons (car node) (line-number-at-pos (cdr node)))))))
      (should (equal (funcall node "The roof") '("house" . 1)))
      (should (equal (funcall node "Tiles") '("house-plan" . 9)))
      ;; A headline without an ID belongs to what is above it.
      (should (equal (funcall node "Nothing yet") '("house" . 1)))
      (narrow-to-region (point) (point-max))
      (should (equal (car (memento--notes-node-at-point)) "house")))
    (with-temp-buffer
      (org-mode)
      (insert "* A\n:PROPERTIES:\n:ID: a\n:ROAM_EXCLUDE: t\n:END:\n")
      (should-not (memento--notes-node-at-point))
      (fundamental-mode)
      (should-not (memento--notes-node-at-point)))))

;;; memento-notes-find-test.el ends here
